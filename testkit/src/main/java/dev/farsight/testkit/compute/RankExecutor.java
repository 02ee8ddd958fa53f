package dev.farsight.testkit.compute;

import dev.farsight.api.collective.Collective;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/**
 * A thread for each rank, on which all its calls are made. If one fails, its rank aborts the group,
 * so that the others do not wait for it.
 */
final class RankExecutor implements AutoCloseable {

  private static final int TIMEOUT_SECONDS = 120;

  private final List<Collective> collectives;
  private final List<ExecutorService> threads = new ArrayList<>();

  /**
   * @param collectives of the ranks
   */
  RankExecutor(List<Collective> collectives) {
    this.collectives = collectives;
    for (int rank = 0; rank < collectives.size(); rank++) {
      String name = "rank-" + rank;
      threads.add(Executors.newSingleThreadExecutor(task -> new Thread(task, name)));
    }
  }

  /** Runs something for all ranks at once; returns what comes of it, by rank. */
  <T> List<T> call(IntFunction<T> ofRank) {
    List<Future<T>> calls = new ArrayList<>();
    for (int rank = 0; rank < threads.size(); rank++) {
      int own = rank;
      calls.add(threads.get(rank).submit(() -> aborting(own, ofRank)));
    }
    List<T> results = new ArrayList<>();
    Throwable failure = null;
    for (Future<T> call : calls) {
      try {
        results.add(call.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      } catch (TimeoutException | InterruptedException e) {
        failure = failure == null ? new AssertionError("a rank does not return", e) : failure;
      }
    }
    rethrow(failure);
    return results;
  }

  /** As it is, so that an assumption that does not hold skips the test. */
  private static void rethrow(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private <T> T aborting(int rank, IntFunction<T> ofRank) {
    try {
      return ofRank.apply(rank);
    } catch (RuntimeException | Error e) {
      collectives.get(rank).abort("its test failed: " + e.getMessage());
      throw e;
    }
  }

  @Override
  public void close() {
    threads.forEach(ExecutorService::shutdownNow);
  }
}
