package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
