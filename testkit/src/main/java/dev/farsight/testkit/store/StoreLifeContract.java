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

  @Test
  default void statsCountRows() {
    play(
        TABLES,
        RowFormat.of(16, 1),
        5,
        (store, comparison) -> {
          assertThat(store.stats().rowsRead()).isZero();
          assertThat(store.stats().rowsWritten()).isZero();
          comparison.write(5, 6, 7);
          comparison.write(7);
          comparison.write();
          comparison.verify(5, 6, 900, 901, 902);
          comparison.verify();
          assertThat(store.stats().rowsRead()).isEqualTo(5);
          assertThat(store.stats().rowsWritten()).isEqualTo(4);
          assertThat(store.stats().bytes()).isPositive();
        });
  }

  @Test
  default void knowsWhatItWasOpenedWith() {
    StoreSpec spec = spec(TABLES, RowFormat.of(16, 1));
    try (RowStore store = stores().open(spec)) {
      assertThat(store.spec()).isEqualTo(spec);
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
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.write(new long[] {5}, 0, 1, rows, 0))
        .isInstanceOf(IllegalStateException.class);
  }
}
