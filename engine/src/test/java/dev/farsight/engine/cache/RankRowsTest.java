package dev.farsight.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.Sharding.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankRowsTest {

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
      var owners = RowOwners.of(new Sharding(ranks, placements), set);
      for (int rank = 0; rank < ranks; rank++) {
        var numbers = new RankRows(set.rows(), owners, rank);
        int slot = 0;
        for (long row = 0; row < set.rows(); row++) {
          if (owners.on(rank, row)) {
            assertThat(numbers.slotOf(row)).as("seed %d, row %d", seed, row).isEqualTo(slot);
            assertThat(numbers.rowOf(slot)).as("seed %d, slot %d", seed, slot).isEqualTo(row);
            slot++;
          }
        }
        assertThat(numbers.count()).as("seed %d", seed).isEqualTo(slot);
      }
    }
  }
}
