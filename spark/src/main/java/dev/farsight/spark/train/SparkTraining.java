package dev.farsight.spark.train;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.settings.ShardingSettings;
import dev.farsight.spark.SparkVersion;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model by several processes, each of which is a task on an executor of its own. Spark
 * places them, and if one is lost, tries again: the run then goes on from its last checkpoint, to
 * the bit if there are as many processes. If none comes for the lost one, it goes on with fewer, if
 * {@code sharding.min-ranks} allows that. Spark's number of attempts counts anew once a checkpoint
 * was written, as far as the driver sees that.
 *
 * <p>All executors have the files of the data mounted under the same names, and the folder of the
 * run, unless {@code run.store} names a place for what they share of it.
 */
public final class SparkTraining {

  private static final Logger LOG = LoggerFactory.getLogger(SparkTraining.class);
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
    var sizes = new RunSizes(config);
    Settings farsight = sizes.farsight(processes);
    sizes.requireFewest(farsight, processes);
    var place = new RunPlace(farsight, directory, session.sparkContext().hadoopConfiguration());
    place.requireUsable();
    var job =
        new BarrierJob(
            JavaSparkContext.fromSparkContext(session.sparkContext()),
            ShardingSettings.replaceTimeout(farsight));
    int size = processes;
    while (true) {
      OptionalLong before = place.lastStep();
      try {
        return report(job.run(settings(config, sizes, place, size)));
      } catch (MissingExecutorsException e) {
        size = sizes.fewer(farsight, e);
        LOG.warn("{}; training goes on with {} processes", e.getMessage(), size);
      } catch (AttemptsException e) {
        OptionalLong after = place.lastStep();
        if (after.isEmpty() || after.getAsLong() <= before.orElse(-1)) {
          throw e;
        }
        LOG.warn("{}; but it has come to step {}, so it goes on", e.getMessage(), after);
      }
    }
  }

  private static RankSettings settings(
      FarsightConfig config, RunSizes sizes, RunPlace place, int processes) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return new RankSettings(
        config.text(),
        sizes.overrides(processes),
        processes,
        place.directory(),
        place.store(),
        place.hadoop(),
        HexFormat.of().formatHex(secret));
  }

  private void requireSpark(int processes) {
    SparkVersion.require();
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

  private static String report(List<RankResult> results) {
    for (RankResult result : results) {
      if (result.failure() != null) { // all have the same
        throw result.setting()
            ? new ConfigException(result.failure())
            : new FarsightException(result.failure());
      }
    }
    return results.stream()
        .filter(result -> result.process() == 0)
        .map(RankResult::report)
        .findFirst()
        .orElseThrow(() -> new FarsightException("training on Spark left no report"));
  }
}
