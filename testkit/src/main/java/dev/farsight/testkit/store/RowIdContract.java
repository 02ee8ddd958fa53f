package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.StoreCases.SEEDS;
import static dev.farsight.testkit.store.StoreCases.TABLES;
import static dev.farsight.testkit.store.StoreCases.all;
import static dev.farsight.testkit.store.StoreCases.buffer;
import static dev.farsight.testkit.store.StoreCases.tables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Row ids: those outside the tables, those beyond an int, and which of them were written. */
interface RowIdContract extends StoreUnderTest {

  @Test
  default void rowIdsOutsideTheTablesAreRefusedAndNothingIsWritten() {
    play(
        TABLES,
        RowFormat.of(3, 2),
        4,
        (store, comparison) -> {
          long end = TABLES.rows();
          for (long bad :
              new long[] {-1, end, end + 63, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE}) {
            RowBuffer rows = buffer(store, 4);
            long[] ids = {3, 70, bad, 2};
            assertThatThrownBy(() -> store.write(ids, 0, 4, rows, 0))
                .as("write of row %d", bad)
                .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> store.read(ids, 0, 4, rows, 0))
                .as("read of row %d", bad)
                .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> store.written(bad))
                .as("written(%d)", bad)
                .isInstanceOf(IndexOutOfBoundsException.class);
          }
          comparison.verify(all(TABLES));
        });
  }

  @Test
  default void knowsWhichRowsOfARangeWereWritten() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      var random = new Random(seed);
      play(
          TABLES,
          RowFormat.of(2, 0),
          seed,
          (store, comparison) -> {
            assertThat(store.rowsHeld()).as("rowsHeld() of a new store").isZero();
            int rows = (int) TABLES.rows();
            var oracle = new TreeSet<Long>();
            for (int round = 0; round < 10; round++) {
              long[] ids = comparison.ids(1 + random.nextInt(200), rows, 1, 0);
              comparison.write(ids);
              LongStream.of(ids).forEach(oracle::add);
              assertThat(store.rowsHeld())
                  .as("rowsHeld() after write %d", round + 1)
                  .isEqualTo(oracle.size());
              long from = random.nextInt(rows + 1);
              long to = from + random.nextInt(rows + 1 - (int) from);
              var written = new RowBits(rows);
              store.written(from, to, written);
              var found = new ArrayList<Long>();
              for (long row = written.next(0); row >= 0; row = written.next(row + 1)) {
                found.add(row);
              }
              assertThat(found)
                  .as("rows written in [%d, %d)", from, to)
                  .containsExactlyElementsOf(oracle.subSet(from, to));
            }
          });
    }
  }

  /**
   * 4.5e9 rows of one float: row ids, floats and bytes exceed an int, signed or not. Few are
   * written, so that a store which keeps rows sparsely takes little.
   */
  @Test
  default void tablesBeyondAnIntWork() {
    TableSet huge = tables(1_500_000_000, 1_499_999_999, 1, 1_500_000_000);
    play(
        huge,
        RowFormat.of(1, 0),
        8,
        (store, comparison) -> {
          long end = huge.rows();
          long[] ids = {
            0,
            1L << 29,
            (1L << 31) - 1,
            1L << 31,
            1L << 32,
            huge.offset(1) - 1,
            huge.offset(1),
            end - 1
          };
          // Where a row would land if a bit of its id or of its position were lost.
          long[] others =
              LongStream.of(ids)
                  .flatMap(
                      id ->
                          LongStream.rangeClosed(16, 33)
                              .flatMap(bit -> LongStream.of(id ^ 1L << bit, id % (1L << bit))))
                  .filter(id -> id < end)
                  .distinct()
                  .toArray();
          comparison.verify(ids);
          comparison.write(ids);
          comparison.verify(others);
          comparison.write(others);
          comparison.verify(ids);
          comparison.verify(others);
        });
  }
}
