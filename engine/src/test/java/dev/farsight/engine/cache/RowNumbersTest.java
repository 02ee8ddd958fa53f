package dev.farsight.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.Sharding.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class RowNumbersTest {

  @Test
  void rowsAreNumberedInOrderAndFoundAgain() {
    for (long seed = 1; seed <= 40; seed++) {
      var random = new Random(seed);
      int ranks = 2 + random.nextInt(4);
      var tables = new ArrayList<Table>();
      var placements = new ArrayList<Placement>();
      for (int t = 0; t < 1 + random.nextInt(6); t++) {
        tables.add(new Table("t" + t, 1 + random.nextInt(random.nextBoolean() ? 20 : 3000)));
        placements.add(
            List.of(Placement.ROW, Placement.REPLICATED, Placement.on(random.nextInt(ranks)))
                .get(random.nextInt(3)));
      }
      // The sizes at which blocks of rows end.
      tables.add(new Table("last", 448 * 3 - (int) (new TableSet(tables).rows() % 448)));
      placements.add(Placement.ROW);
      var set = new TableSet(tables);
      var owners = RowOwners.of(new Sharding(ranks, placements), set, 0);
      for (int rank = 0; rank < ranks; rank++) {
        int on = rank;
        assertNumbered("seed " + seed, set.rows(), row -> owners.on(on, row));
      }
    }
  }

  /** More than a slice of a thread, rows in few places, none, and all. */
  @Test
  void manyRowsAreNumberedByAllWorkers() {
    long rows = 448 * 1024 * 2 + 77;
    assertNumbered("every third", rows, row -> row % 3 == 1);
    assertNumbered("in few places", rows, row -> row / 50_000 % 7 == 5 || row == rows - 1);
    assertNumbered("none", rows, row -> false);
    assertNumbered("all", rows, row -> true);
  }

  @Test
  void rowsOutsideTheTablesAreRefused() {
    try (var workers = new Workers("test", 1)) {
      var numbers = new RowNumbers(448, row -> true, workers);
      assertThat(numbers.numberOf(448)).isEqualTo(448);
      for (long row : new long[] {-1, 448, 1L << 40}) {
        assertThatThrownBy(() -> numbers.has(row)).isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  private static void assertNumbered(String what, long rows, LongPredicate numbered) {
    try (var workers = new Workers("test", 3)) {
      var numbers = new RowNumbers(rows, numbered, workers);
      long before = 0;
      for (long row = 0; row < rows; row++) {
        if (numbers.numberOf(row) != before || numbers.has(row) != numbered.test(row)) {
          fail("%s: row %d has number %d, %s", what, row, numbers.numberOf(row), numbers.has(row));
        }
        if (numbered.test(row)) {
          if (numbers.rowOf(before) != row) {
            fail("%s: number %d is row %d, not %d", what, before, numbers.rowOf(before), row);
          }
          before++;
        }
      }
      assertThat(numbers.count()).as(what).isEqualTo(before);
      assertThat(numbers.numberOf(rows)).as(what).isEqualTo(before);
    }
  }
}
