package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TableSetTest {

  @Test
  void rowIdsRunThroughTheTablesInOrder() {
    var tables = new TableSet(List.of(new Table("a", 3), new Table("b", 1), new Table("c", 5)));
    assertThat(tables.rows()).isEqualTo(9);
    long row = 0;
    for (int t = 0; t < tables.size(); t++) {
      for (int i = 0; i < tables.get(t).rows(); i++, row++) {
        assertThat(tables.rowId(t, i)).isEqualTo(row);
        assertThat(tables.tableOf(row)).isEqualTo(t);
        assertThat(tables.indexOf(t, row)).isEqualTo(i);
      }
    }
    assertThat(tables.find("c")).isEqualTo(2);
    assertThat(tables.find("d")).isEqualTo(-1);
    assertThatThrownBy(() -> tables.tableOf(9)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> tables.tableOf(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** Small and huge tables side by side, and many in one share of the row ids. */
  @Test
  void theTableOfARowIsThatWhichBeginsLastBeforeIt() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var list = new ArrayList<Table>();
      for (int t = 1 + random.nextInt(200); t > 0; t--) {
        int rows = 1 + random.nextInt(1 << random.nextInt(31));
        list.add(new Table("t" + t, rows));
      }
      var tables = new TableSet(list);
      for (int t = 0; t < tables.size(); t++) {
        long first = tables.offset(t);
        long last = tables.offset(t + 1) - 1;
        long any = first + (long) (random.nextDouble() * (last - first));
        assertThat(List.of(tables.tableOf(first), tables.tableOf(any), tables.tableOf(last)))
            .as("seed %d, table %d, row %d", seed, t, any)
            .containsOnly(t);
      }
    }
  }

  @Test
  void rowsOfAllTablesMayExceedAnInt() {
    var tables =
        new TableSet(List.of(new Table("a", Integer.MAX_VALUE), new Table("b", Integer.MAX_VALUE)));
    assertThat(tables.rows()).isEqualTo(2L * Integer.MAX_VALUE);
    assertThat(tables.tableOf(Integer.MAX_VALUE)).isEqualTo(1);
  }

  @Test
  void namesAreDistinct() {
    assertThatThrownBy(() -> new TableSet(List.of(new Table("a", 3), new Table("a", 1))))
        .hasMessageContaining("a");
  }

  @Test
  void theFirstDifferenceIsNamed() {
    var tables = new TableSet(List.of(new Table("a", 3), new Table("b", 5)));
    assertThat(tables.differenceTo(new TableSet(tables.tables()))).isEmpty();
    assertThat(tables.differenceTo(new TableSet(List.of(new Table("a", 3)))))
        .contains("2 tables, not 1");
    assertThat(tables.differenceTo(new TableSet(List.of(new Table("a", 3), new Table("b", 6)))))
        .contains("table b of 5 rows, not of 6 rows");
    assertThat(tables.differenceTo(new TableSet(List.of(new Table("c", 3), new Table("b", 5)))))
        .contains("table a in place of c");
  }
}
