package dev.farsight.spark;

import dev.farsight.api.FarsightException;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;

/** Runs jobs on a cluster: a task for each of some inputs. */
final class Jobs {

  private final SparkSession session;
  private final JavaSparkContext context;

  Jobs(SparkSession session) {
    this.session = session;
    this.context = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  SparkSession session() {
    return session;
  }

  /** How many tasks run at a time, about. */
  int parallelism() {
    return Math.max(1, context.defaultParallelism());
  }

  /** Inputs, each a partition. */
  <T extends Serializable> JavaRDD<T> each(List<T> inputs) {
    return context.parallelize(inputs, Math.max(1, inputs.size()));
  }

  /**
   * Results of a task for each input, in the order of the inputs.
   *
   * @param what the job does, for Spark's pages
   */
  <T extends Serializable, R> List<R> results(String what, List<T> inputs, Function<T, R> task) {
    return run(what, () -> each(inputs).map(task).collect());
  }

  /**
   * Runs a job. What Farsight says in a task becomes the message, without what Spark wraps around.
   */
  <R> R run(String what, Callable<R> job) {
    context.setJobDescription("farsight: " + what);
    try {
      return job.call();
    } catch (Exception e) {
      throw failure(what, e);
    } finally {
      context.setJobDescription(null);
    }
  }

  private static RuntimeException failure(String what, Exception e) {
    if (e instanceof FarsightException own) {
      return own;
    }
    Throwable root = e;
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof FarsightException own) {
        return new FarsightException(own.getMessage(), e);
      }
      root = at;
    }
    return new FarsightException(what + " failed on Spark: " + root, e);
  }
}
