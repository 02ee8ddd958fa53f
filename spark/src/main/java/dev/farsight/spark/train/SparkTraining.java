package dev.farsight.spark.train;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.build.SettingsCheck;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Plugins;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Trains a model by several processes, each of which is a task on an executor of its own. Spark
 * places them, and if one is lost, tries again: the run then goes on from its last checkpoint, to
 * the bit if there are as many processes.
 *
 * <p>All executors have the files of the data mounted under the same names, and the folder of the
 * run, unless {@code run.store} names a place for what they share of it.
 */
public final class SparkTraining {

  private static final int SECRET_BYTES = 16;

  private final SparkSession session;

  public SparkTraining(SparkSession session) {
    this.session = session;
  }

  /**
   * @param directory of the run; with {@code run.store}, a folder on each executor's own disk, if
   *     relative in its working folder
   * @param processes how many executors train
   * @return the report of the run, as JSON
   * @throws ConfigException if a setting is wrong, of Farsight or of Spark
   * @throws FarsightException if training has failed, after all attempts
   */
  public String train(FarsightConfig config, Path directory, int processes) {
    requireSpark(processes);
    List<String> overrides = overrides(config, processes);
    check(config, overrides);
    Optional<String> store = store(config);
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    store.ifPresent(address -> requireUsable(HadoopFiles.of(address, hadoop)));
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    var settings =
        new RankSettings(
            config.text(),
            overrides,
            processes,
            (store.isPresent() ? directory : directory.toAbsolutePath()).toString(),
            store.orElse(null),
            new SerializableConfiguration(hadoop),
            HexFormat.of().formatHex(secret));
    return report(results(settings));
  }

  /** The address of the folder for what the executors share; empty if they see the run's. */
  static Optional<String> store(FarsightConfig config) {
    Settings run = config.early(SparkTraining.class.getClassLoader()).section("run");
    return run.has("store") ? Optional.of(run.string("store")) : Optional.empty();
  }

  /** Told here, once, before any executor begins. */
  private static void requireUsable(HadoopFiles store) {
    store.requireWritable();
    try {
      boolean report = store.exists("report.json");
      if (report && store.list("checkpoints").isEmpty()) {
        throw new ConfigException(
            store.address("report.json")
                + ": is the report of an earlier run, which has left no checkpoint to go on from; choose another run.store");
      }
    } catch (IOException e) {
      throw new FarsightException(store.address() + ": cannot be read: " + e, e);
    }
  }

  private static List<String> overrides(FarsightConfig config, int processes) {
    List<String> overrides = new ArrayList<>();
    overrides.add("sharding.processes=" + processes);
    String collective =
        config.early(SparkTraining.class.getClassLoader()).section("sharding").string("collective");
    if (collective.equals("threads")) {
      overrides.add("sharding.collective=sockets");
    }
    return overrides;
  }

  /** Wrong settings are told here, rather than by an executor. */
  private static void check(FarsightConfig config, List<String> overrides) {
    try (Plugins plugins = Plugins.load(SparkTraining.class.getClassLoader())) {
      var farsight = config.set(overrides).resolve(plugins.loaders());
      SettingsCheck.of(Settings.of("farsight", farsight), plugins.components());
    }
  }

  private void requireSpark(int processes) {
    var conf = session.sparkContext().getConf();
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new ConfigException(
          "spark.dynamicAllocation.enabled is true: the processes of a run need executors that stay; set it to false, and spark.executor.instances to "
              + processes);
    }
    if (processes < 1) {
      throw new ConfigException(processes + " processes; at least 1 is needed");
    }
  }

  private List<RankResult> results(RankSettings settings) {
    var context = JavaSparkContext.fromSparkContext(session.sparkContext());
    JavaRDD<Integer> each =
        context.parallelize(
            IntStream.range(0, settings.processes()).boxed().toList(), settings.processes());
    context.setJobDescription("farsight: train");
    try {
      var results =
          each.rdd()
              .barrier()
              .mapPartitions(
                  new Task(settings), false, ClassTag$.MODULE$.<RankResult>apply(RankResult.class));
      // Only a stage whose results are shuffled is tried again if a task of it is lost.
      return JavaRDD.fromRDD(results, ClassTag$.MODULE$.<RankResult>apply(RankResult.class))
          .repartition(1)
          .collect();
    } catch (RuntimeException e) {
      throw failure(e, settings.processes());
    } catch (Exception e) {
      throw failure(e, settings.processes());
    } finally {
      context.setJobDescription(null);
    }
  }

  private static FarsightException failure(Exception e, int processes) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("SPARK-24819")) {
      return new ConfigException(
          processes
              + " processes, and Spark has room for fewer tasks at a time: ask for as many executors (--num-executors, or spark.executor.instances)",
          e);
    }
    String first = message.lines().findFirst().orElse(message);
    return new FarsightException("training on Spark failed: " + first, e);
  }

  private static String report(List<RankResult> results) {
    results.stream()
        .filter(result -> result.failure() != null)
        .min(Comparator.comparingInt(RankResult::process))
        .ifPresent(
            failed -> {
              throw new ConfigException(failed.failure());
            });
    return results.stream()
        .filter(result -> result.process() == 0)
        .map(RankResult::report)
        .findFirst()
        .orElseThrow(() -> new FarsightException("training on Spark left no report"));
  }

  /** What a barrier task does. */
  private static final class Task
      implements Function1<Iterator<Integer>, Iterator<RankResult>>, Serializable {

    private static final long serialVersionUID = 1;

    private final RankSettings settings;

    Task(RankSettings settings) {
      this.settings = settings;
    }

    @Override
    public Iterator<RankResult> apply(Iterator<Integer> numbers) {
      var result = new RankTask(settings, BarrierTaskContext.get()).run();
      return CollectionConverters.asScala(List.of(result).iterator());
    }
  }
}
