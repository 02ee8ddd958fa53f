package dev.farsight.engine.pipeline;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.concurrent.Ticket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sees whether the device of a rank answers. A call that does not return in time costs the device:
 * nothing is given to it any more, nothing waits for it, and none of its memory is freed, because
 * the call may still use it. That memory stays taken until the process ends. Thread-safe.
 *
 * <p>Only calls into the device count, not reads of the store or work between steps. The first call
 * of a kind has more time, and so have all calls in the {@linkplain FirstSteps first step} of a
 * kind: backends may compile kernels in it. A rank that waits for another one in a collective is
 * not at fault: the collective has the shorter timeout, and ends that wait. Time in which the whole
 * process was stopped does not count.
 *
 * <p>With one rank there is nobody who could wait in vain, and nothing is watched.
 */
public final class DeviceWatch {

  /** How much longer than the collective's timeout a call may take. */
  private static final long MARGIN = TimeUnit.SECONDS.toNanos(1);

  private static final Duration FIRST = Duration.ofMinutes(2);
  private static final long LONGEST_TICK = TimeUnit.MILLISECONDS.toNanos(100);

  private final int rank;

  /** Null if there is one rank. */
  private final String name;

  private final long limitNanos;
  private volatile boolean lost;

  /** Whether the first step of a kind runs. */
  private volatile boolean firstStep;

  private DeviceWatch(int rank, String name, long limitNanos) {
    this.rank = rank;
    this.name = name;
    this.limitNanos = limitNanos;
  }

  /** Of the only rank. */
  public static DeviceWatch ofOnlyRank() {
    return new DeviceWatch(0, null, Long.MAX_VALUE);
  }

  /**
   * @param device what messages call the device
   * @param timeout after which a rank that others wait for has failed
   */
  public static DeviceWatch ofRank(int rank, String device, Duration timeout) {
    long nanos = timeout.toNanos();
    String name = "rank " + rank + " (" + device + ")";
    return new DeviceWatch(rank, name, nanos + Math.max(MARGIN, nanos / 8));
  }

  /**
   * How long ranks wait for one that does something for the first time.
   *
   * @param timeout how long they wait otherwise
   */
  public static Duration first(Duration timeout) {
    return timeout.compareTo(FIRST) > 0 ? timeout : FIRST;
  }

  /** The first step of a kind begins, or has ended on all ranks. */
  void firstStep(boolean runs) {
    firstStep = runs;
  }

  /** What messages call the rank, such as {@code rank 1 (gpu 1)}; null if there is one rank. */
  public String name() {
    return name;
  }

  /** Whether the device has ceased to answer. */
  public boolean lost() {
    return lost;
  }

  /** A kind of call, for one thread at a time. */
  DeviceCall call(String what) {
    return new DeviceCall(this, what);
  }

  /** Closes a part of the device, unless the device has ceased to answer. */
  public AutoCloseable closing(AutoCloseable part) {
    return () -> {
      if (!lost) {
        part.close();
      }
    };
  }

  boolean alone() {
    return name == null;
  }

  /** How often to look at calls. */
  long tickNanos() {
    return Math.min(LONGEST_TICK, limitNanos / 16);
  }

  /**
   * How long a call may take.
   *
   * @param first whether it is the first of its kind
   * @param failed whether the phase has failed: then no call has more time than others
   */
  long limitNanos(boolean first, boolean failed) {
    return !failed && (first || firstStep) ? Math.max(limitNanos, FIRST.toNanos()) : limitNanos;
  }

  /** Gives the device up. Returns why. */
  RankException lose(String what) {
    lost = true;
    return new RankException(
        rank,
        name
            + " does not answer: it has been busy for more than "
            + TimeUnit.NANOSECONDS.toMillis(limitNanos) / 1000.
            + " s to "
            + what,
        null);
  }

  /** The failure, with the name of the rank. */
  Throwable named(Throwable failure) {
    if (alone() || failure instanceof RankException || failure instanceof CollectiveException) {
      return failure;
    }
    String message =
        failure instanceof FarsightException
            ? ": " + failure.getMessage()
            : " was stopped by an error: " + failure;
    return new RankException(rank, name + message, failure);
  }

  /** Whether a failure is that of this rank, as another rank has seen it from outside. */
  boolean isBlamed(Throwable failure) {
    return !alone() && failure instanceof CollectiveException e && e.rank() == rank;
  }

  /**
   * Awaits a ticket while the pipeline is at rest. With several ranks the wait ends in time, too.
   *
   * @throws RankException if the device does not answer, or has ceased to before
   */
  void await(String what, Ticket ticket) {
    run(what, ticket::await);
  }

  /** As {@link #await}, for work that is a call of the device as well. */
  void run(String what, Runnable work) {
    if (alone()) {
      work.run();
      return;
    }
    if (lost) {
      throw new RankException(rank, name + " does not answer", null);
    }
    var failure = new Throwable[1];
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable t) {
                failure[0] = t;
              }
            },
            "farsight-rest@" + rank);
    thread.setDaemon(true);
    thread.start();
    long waited = 0;
    while (WatchedThreads.joinTick(thread, tickNanos())) {
      waited += tickNanos();
      if (waited > limitNanos) {
        throw lose(what);
      }
    }
    rethrow(failure[0]);
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}
