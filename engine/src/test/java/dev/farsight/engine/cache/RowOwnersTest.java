package dev.farsight.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.Sharding.Placement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowOwnersTest {

  private static final TableSet TABLES =
      new TableSet(List.of(new Table("a", 5_000), new Table("b", 70_000), new Table("c", 300)));

  /** Up to as many ranks as there are shards. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 16, 65, 300, 1024})
  void whereEveryRowIsResidentTheRankOfARowDoesNotDependOnHowLargeBatchesAre(int ranks) {
    var sharding =
        new Sharding(
            ranks,
            List.of(
                Placement.ROW, Placement.ROW, ranks == 3 ? Placement.on(2) : Placement.REPLICATED));
    RowOwners few = RowOwners.of(sharding, TABLES, 0);
    RowOwners many = RowOwners.of(sharding, TABLES, 10_000_000);
    RowOwners cached =
        RowOwners.of(new RegionLayout(TABLES, sharding, 4_096, 1, Map.of("c", 300L), null));
    assertThat(many.groups().count()).isGreaterThanOrEqualTo(few.groups().count());
    assertThat(few.groupsOn(ranks - 1)).isNotEmpty();
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      long row = random.nextInt((int) TABLES.rows());
      int rank = few.rankOf(row);
      assertThat(many.rankOf(row)).as("row %d, seed %d", row, seed).isEqualTo(rank);
      assertThat(cached.rankOf(row)).as("row %d, seed %d", row, seed).isEqualTo(rank);
    }
  }
}
