package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.StoreCases.TABLES;
import static dev.farsight.testkit.store.StoreCases.all;
import static dev.farsight.testkit.store.StoreCases.buffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowFormat;
import org.junit.jupiter.api.Test;

/** A store from open to close: its spec, its statistics, other stores beside it. */
interface StoreLifeContract extends StoreUnderTest {

  int CLOSED_ROUNDS = 20;

  @Test
  default void statsCountRows() {
    play(
        TABLES,
        RowFormat.of(16, 1),
        5,
        (store, comparison) -> {
          assertThat(store.stats().rowsRead()).as("rowsRead of a new store").isZero();
          assertThat(store.stats().rowsWritten()).as("rowsWritten of a new store").isZero();
          comparison.write(5, 6, 7);
          comparison.write(7);
          comparison.write();
          comparison.verify(5, 6, 900, 901, 902);
          comparison.verify();
          assertThat(store.stats().rowsRead()).as("rowsRead").isEqualTo(5);
          assertThat(store.stats().rowsWritten()).as("rowsWritten").isEqualTo(4);
          assertThat(store.stats().bytes()).as("bytes of stats()").isPositive();
        });
  }

  @Test
  default void knowsWhatItWasOpenedWith() {
    StoreSpec spec = spec(TABLES, RowFormat.of(16, 1));
    try (RowStore store = stores().open(spec)) {
      assertThat(store.spec()).as("spec()").isEqualTo(spec);
    }
  }

  @Test
  default void twoOpenStoresHoldTheirOwnRows() {
    play(
        TABLES,
        RowFormat.of(16, 1),
        6,
        (store, comparison) -> {
          comparison.write(1, 2, 3);
          play(
              TABLES,
              RowFormat.of(16, 1),
              7,
              (other, otherComparison) -> {
                otherComparison.verify(all(TABLES));
                otherComparison.write(3, 4);
                otherComparison.verify(all(TABLES));
              });
          comparison.verify(all(TABLES));
        });
  }

  @Test
  default void closingTwiceIsClosingOnceAndLaterCallsAreRefused() {
    RowStore store = stores().open(spec(TABLES, RowFormat.of(16, 1)));
    RowBuffer rows = buffer(store, 1);
    store.write(new long[] {5}, 0, 1, rows, 0).await();
    store.close();
    store.close();
    assertThatThrownBy(() -> store.read(new long[] {5}, 0, 1, rows, 0))
        .as("read of row 5 after close")
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.write(new long[] {5}, 0, 1, rows, 0))
        .as("write of row 5 after close")
        .isInstanceOf(IllegalStateException.class);
  }

  /**
   * Threads read while the store is closed: each read gives its rows, or is refused. A store that
   * frees what a call is still using may end the process here.
   */
  @Test
  default void closingWaitsForTheCallsUnderWay() throws InterruptedException {
    long[] ids = all(TABLES);
    for (int round = 1; round <= CLOSED_ROUNDS; round++) {
      RowStore store = stores().open(spec(TABLES, RowFormat.of(16, 1)));
      try {
        var comparison = new StoreComparison(store, round);
        comparison.write(ids);
        RowBuffer expected = buffer(store, ids.length);
        store.read(ids, 0, ids.length, expected, 0).await();
        var readers = new ReadersOfAll(store, ids, expected);
        readers.start();
        store.close();
        assertThat(readers.failures()).as("reads of all rows during close").isEmpty();
      } finally {
        store.close();
      }
    }
  }
}
