package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.StoreCases.FORMATS;
import static dev.farsight.testkit.store.StoreCases.SEEDS;
import static dev.farsight.testkit.store.StoreCases.TABLES;
import static dev.farsight.testkit.store.StoreCases.buffer;
import static dev.farsight.testkit.store.StoreCases.seeds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls from several threads that have no row in common do not disturb each other. */
interface StoreThreadsContract extends StoreUnderTest {

  int THREADS = 4;

  @ParameterizedTest
  @MethodSource(FORMATS)
  default void disjointCallsFromSeveralThreadsDoNotDisturbEachOther(RowFormat format) {
    for (long seed = 1; seed <= seeds(format); seed++) {
      long base = seed * 100;
      play(
          TABLES,
          format,
          seed,
          (store, unused) -> {
            // Rows of all threads lie side by side, so that they share words, lines and pages.
            int rows = (int) TABLES.rows() / THREADS;
            inThreads(
                thread -> {
                  var comparison = new StoreComparison(store, base + thread);
                  for (int call = 0; call < 60; call++) {
                    comparison.write(comparison.ids(20, rows, THREADS, thread));
                    comparison.verify(comparison.ids(20, rows, THREADS, thread));
                  }
                  comparison.verify(comparison.ids(rows, rows, THREADS, thread));
                });
          });
    }
  }

  @Test
  default void firstWritesOfNeighboursFromSeveralThreadsAreAllKept() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      play(
          TABLES,
          RowFormat.of(2, 0),
          seed,
          (store, unused) -> {
            int rows = (int) TABLES.rows() / THREADS;
            inThreads(
                thread -> {
                  RowBuffer one = buffer(store, 1);
                  for (int row = 0; row < rows; row++) {
                    store.write(new long[] {(long) row * THREADS + thread}, 0, 1, one, 0).await();
                  }
                });
            for (long row = 0; row < (long) rows * THREADS; row++) {
              assertThat(store.written(row)).as("written(%d)", row).isTrue();
            }
          });
    }
  }

  /** The body of one of several threads. */
  @FunctionalInterface
  interface Body {
    void run(int thread) throws Exception;
  }

  private static void inThreads(Body body) throws Exception {
    var executor = Executors.newFixedThreadPool(THREADS);
    try {
      var calls = new ArrayList<Callable<Void>>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        calls.add(
            () -> {
              body.run(thread);
              return null;
            });
      }
      List<Future<Void>> done = executor.invokeAll(calls);
      for (Future<Void> future : done) {
        future.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }
}
