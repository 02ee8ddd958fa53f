package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/** Does the same for each rank at the same time, on a thread for each. */
final class RankThreads {

  private RankThreads() {}

  /**
   * @param work makes the result of a rank
   * @param failed called with a rank whose work has failed, on its thread: ends what others wait
   *     for
   * @return by rank
   * @throws FarsightException the first failure; the others are suppressed
   */
  static <T> List<T> each(int ranks, IntFunction<T> work, BiConsumer<Integer, Throwable> failed) {
    var results = new ArrayList<T>(Collections.nCopies(ranks, null));
    var failures = new ArrayList<Throwable>();
    var threads = new Thread[ranks];
    Arrays.setAll(
        threads,
        rank -> {
          var thread =
              new Thread(
                  () -> {
                    try {
                      T result = work.apply(rank);
                      synchronized (results) {
                        results.set(rank, result);
                      }
                    } catch (Throwable e) {
                      synchronized (failures) {
                        failures.add(e);
                      }
                      failed.accept(rank, e);
                    }
                  },
                  "farsight-open@" + rank);
          thread.setDaemon(true);
          thread.start();
          return thread;
        });
    for (Thread thread : threads) {
      join(thread);
    }
    if (failures.isEmpty()) {
      return List.copyOf(results);
    }
    Throwable first = failures.get(0);
    failures.stream().skip(1).forEach(first::addSuppressed);
    if (first instanceof RuntimeException e) {
      throw e;
    }
    throw new FarsightException("stopped by an error: " + first, first);
  }

  /** An interrupt does not end the wait; the thread's interrupt flag is set again afterwards. */
  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
