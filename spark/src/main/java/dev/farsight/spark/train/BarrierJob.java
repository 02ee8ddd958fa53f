package dev.farsight.spark.train;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** Runs all processes of a run at the same time, as tasks of one stage, and waits for them. */
final class BarrierJob {

  private static final Pattern TOLD =
      Pattern.compile("dev\\.farsight\\.\\S*Exception: (.*)", Pattern.MULTILINE);

  private final JavaSparkContext context;
  private final Duration patience;

  /**
   * @param patience how long an executor may be missing
   */
  BarrierJob(JavaSparkContext context, Duration patience) {
    this.context = context;
    this.patience = patience;
  }

  /**
   * How the processes have ended.
   *
   * @throws MissingExecutorsException if executors were lost, and no others have come
   * @throws AttemptsException if Spark has tried as often as it may
   */
  List<RankResult> run(RankSettings settings) {
    int processes = settings.processes();
    JavaRDD<Integer> each =
        context.parallelize(IntStream.range(0, processes).boxed().toList(), processes);
    String group = "farsight-" + UUID.randomUUID();
    context.setJobGroup(group, "farsight: train");
    try (var watch = new ExecutorWatch(context, group, processes, patience)) {
      try {
        var results =
            each.rdd()
                .barrier()
                .mapPartitions(
                    new Task(settings),
                    false,
                    ClassTag$.MODULE$.<RankResult>apply(RankResult.class));
        // Only a stage whose results are shuffled is tried again if a task of it is lost.
        return JavaRDD.fromRDD(results, ClassTag$.MODULE$.<RankResult>apply(RankResult.class))
            .repartition(1)
            .collect();
      } catch (RuntimeException e) {
        throw failure(e, processes, watch);
      } catch (Exception e) { // Spark's are thrown though no method says so
        throw failure(e, processes, watch);
      }
    } finally {
      context.clearJobGroup();
    }
  }

  private FarsightException failure(Exception e, int processes, ExecutorWatch watch) {
    String message = String.valueOf(e.getMessage());
    if (watch.left().isPresent()) {
      int left = watch.left().getAsInt();
      return new MissingExecutorsException(
          left,
          "%d of %d executors are left, and no other has come for %s (sharding.replace-timeout)"
              .formatted(left, processes, text(patience)),
          e);
    }
    if (message.contains("SPARK-24819")) {
      return new ConfigException(
          processes
              + " processes, and Spark has room for fewer tasks at a time: ask for as many executors (--num-executors, or spark.executor.instances)",
          e);
    }
    Matcher told = TOLD.matcher(message);
    String reason =
        told.find() ? told.group(1) : message.lines().findFirst().orElse(message).strip();
    String line = "training on Spark failed: " + reason;
    return message.contains("maximum allowable number of times")
        ? new AttemptsException(line, e)
        : new FarsightException(line, e);
  }

  private static String text(Duration time) {
    long millis = time.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
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
