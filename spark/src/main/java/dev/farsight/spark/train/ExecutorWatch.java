package dev.farsight.spark.train;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ends a job of barrier tasks if executors are missing for too long: Spark itself would wait for
 * them for ever. A thread of its own looks each second. It waits for as many as the job needs to
 * have been there once, since Spark says itself if they do not come at all.
 */
final class ExecutorWatch implements AutoCloseable {

  private static final long LOOK_MILLIS = 1000;
  private static final int NEVER = -1;

  private final JavaSparkContext context;
  private final String group;
  private final int needed;
  private final long patienceNanos;
  private final AtomicInteger left = new AtomicInteger(NEVER);
  private final Thread thread;

  /**
   * @param group of the job
   * @param needed executors, of one task each
   */
  ExecutorWatch(JavaSparkContext context, String group, int needed, Duration patience) {
    this.context = context;
    this.group = group;
    this.needed = needed;
    patienceNanos = patience.toNanos();
    thread = new Thread(this::watch, "executors of " + group);
    thread.setDaemon(true);
    if (!context.isLocal()) {
      thread.start();
    }
  }

  /** How many executors were left when the job was ended for that; empty if it was not. */
  OptionalInt left() {
    int executors = left.get();
    return executors == NEVER ? OptionalInt.empty() : OptionalInt.of(executors);
  }

  private void watch() {
    boolean complete = false;
    long since = System.nanoTime();
    try {
      while (true) {
        int executors = executors(context);
        if (executors >= needed) {
          complete = true;
          since = System.nanoTime();
        } else if (complete && System.nanoTime() - since >= patienceNanos) {
          left.set(executors);
          context.cancelJobGroup(group);
          return;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The driver is listed, too. */
  static int executors(JavaSparkContext context) {
    return context.sc().statusTracker().getExecutorInfos().length - 1;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
