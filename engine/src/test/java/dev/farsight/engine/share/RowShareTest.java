package dev.farsight.engine.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowOwners;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowShareTest {

  private static final TableSet TABLES =
      new TableSet(List.of(new Table("a", 40), new Table("b", 60)));

  private final Workers workers = new Workers("test", 3);

  @AfterEach
  void close() {
    workers.close();
  }

  @ParameterizedTest
  @EnumSource
  void aShareIsTheSetOfRowsOfItsRanks(Shardings.Kind kind) {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new Random(seed);
      var sharding = Shardings.random(random, kind, 2 + (int) seed % 2, 1 + (int) (seed / 2) % 2);
      for (int process = 0; process < sharding.processes(); process++) {
        int own = process;
        String what = "seed " + seed + ", process " + process + " of " + sharding;
        List<Long> rows =
            LongStream.range(0, sharding.tables().rows())
                .filter(row -> sharding.has(own, row))
                .boxed()
                .toList();
        var share =
            new RowShare(sharding.tables(), sharding.owners(), sharding.ranksOf(process), workers);
        verify(what, share, sharding.tables(), rows);
      }
    }
  }

  private static void verify(String what, RowShare share, TableSet all, List<Long> rows) {
    assertThat(share.rows()).as(what).isEqualTo(rows.size());
    for (long row = 0; row < all.rows(); row++) {
      long global = row;
      int local = Collections.binarySearch(rows, row);
      assertThat(share.has(row)).as("%s: has(%d)", what, row).isEqualTo(local >= 0);
      if (local >= 0) {
        assertThat(share.localRow(row)).as("%s: localRow(%d)", what, row).isEqualTo(local);
        assertThat(share.globalRow(local)).as("%s: globalRow(%d)", what, local).isEqualTo(row);
      } else {
        assertThatThrownBy(() -> share.localRow(global))
            .as("%s: localRow(%d)", what, row)
            .isInstanceOf(IndexOutOfBoundsException.class)
            .hasMessageContaining("row id " + row + ",");
      }
      long before = rows.stream().filter(other -> other < global).count();
      assertThat(share.rowsBefore(row)).as("%s: rowsBefore(%d)", what, row).isEqualTo(before);
    }
    assertThat(share.rowsBefore(all.rows())).as(what).isEqualTo(rows.size());
    var tables = new ArrayList<Table>();
    for (int t = 0; t < all.size(); t++) {
      long from = all.offset(t);
      long to = all.offset(t + 1);
      int own = (int) rows.stream().filter(row -> row >= from && row < to).count();
      if (own > 0) {
        tables.add(new Table(all.get(t).name(), own));
      }
    }
    assertThat(share.all()).as(what).isEqualTo(all);
    if (!tables.isEmpty()) {
      assertThat(share.tables().tables()).as(what).isEqualTo(tables);
    } else {
      assertThat(share.tables().tables()).as(what).containsExactly(new Table("t0", 1));
      assertThat(share.globalRow(0)).as(what).isZero();
    }
    for (long outside : new long[] {-1, all.rows(), 1L << 40}) {
      assertThatThrownBy(() -> share.localRow(outside))
          .as("%s: localRow(%d)", what, outside)
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> share.globalRow(outside))
          .as("%s: globalRow(%d)", what, outside)
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aProcessOfAllRanksHasAllRows() {
    var owners = RowOwners.of(Sharding.byRow(3, TABLES), TABLES, 0);
    var rows = LongStream.range(0, TABLES.rows()).boxed().toList();
    verify("all", new RowShare(TABLES, owners, List.of(2, 0, 1), workers), TABLES, rows);
  }

  @Test
  void columnsOfRowsAreNoShare() {
    var columns = new Sharding(2, List.of(Placement.COLUMN, Placement.COLUMN));
    var owners = RowOwners.of(columns, TABLES, 0);
    assertThatThrownBy(() -> new RowShare(TABLES, owners, List.of(1), workers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ranks [1] of 2 have columns of all rows, no rows");
    assertThatThrownBy(() -> new RowProcesses(owners, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("divided by column over 2 processes");
    assertThat(new RowShare(TABLES, owners, List.of(0, 1), workers).rows()).isEqualTo(100);
  }

  @Test
  void ranksThatThereAreNotAreRefused() {
    var owners = RowOwners.of(Sharding.byRow(2, TABLES), TABLES, 0);
    for (var ranks : List.of(List.<Integer>of(), List.of(2), List.of(-1), List.of(1, 1))) {
      assertThatThrownBy(() -> new RowShare(TABLES, owners, ranks, workers))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("ranks " + ranks + " of 2");
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRowHasAProcess(Shardings.Kind kind) {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new Random(seed);
      var sharding = Shardings.random(random, kind, 1 + random.nextInt(3), 1 + random.nextInt(2));
      var processes = new RowProcesses(sharding.owners(), sharding.processes());
      for (int process = 0; process < processes.count(); process++) {
        assertThat(processes.ranksOf(process)).isEqualTo(sharding.ranksOf(process));
      }
      for (long row = 0; row < sharding.tables().rows(); row++) {
        int first = 0;
        while (!sharding.has(first, row)) {
          first++;
        }
        assertThat(processes.of(row)).as("seed %d, row %d", seed, row).isEqualTo(first);
      }
    }
    var owners = RowOwners.of(Sharding.byRow(3, TABLES), TABLES, 0);
    assertThatThrownBy(() -> new RowProcesses(owners, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 ranks on 2 processes");
  }
}
