package dev.farsight.testkit.collective;

import dev.farsight.api.collective.Collective;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs each rank of a group in a thread of its own. */
final class RankThreads {

  private static final long LONGEST_SECONDS = 60;

  private RankThreads() {}

  /** What one rank does. */
  interface Body {
    void run(Collective end) throws Exception;
  }

  /**
   * Runs all ranks to their ends.
   *
   * @return what each has thrown; null where it has thrown nothing
   */
  static List<Throwable> run(List<Collective> ends, Body body) throws Exception {
    var results = new ArrayList<CompletableFuture<Throwable>>();
    for (Collective end : ends) {
      var result = new CompletableFuture<Throwable>();
      results.add(result);
      var thread =
          new Thread(
              () -> {
                try {
                  body.run(end);
                  result.complete(null);
                } catch (Throwable t) {
                  result.complete(t);
                }
              },
              "rank " + end.rank());
      thread.setDaemon(true);
      thread.start();
    }
    var thrown = new ArrayList<Throwable>();
    for (int rank = 0; rank < results.size(); rank++) {
      try {
        thrown.add(results.get(rank).get(LONGEST_SECONDS, TimeUnit.SECONDS));
      } catch (TimeoutException e) {
        throw new AssertionError("rank " + rank + " hangs", e);
      }
    }
    return thrown;
  }

  /** Runs all ranks, none of which may fail. */
  static void runAll(List<Collective> ends, Body body) throws Exception {
    for (Throwable thrown : run(ends, body)) {
      if (thrown != null) {
        throw new AssertionError(thrown.toString(), thrown);
      }
    }
  }
}
