package dev.farsight.reading.internal.record;

import dev.farsight.api.table.Table;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What columns need to know of the training part: which rows of their tables are rare, and the
 * scales of dense columns.
 *
 * @param columns as the settings have them
 */
record FitNeeds(Columns columns) {

  /** How many lookups of a row of a table, by its number, let it be told apart. */
  int minCount(int table) {
    Table of = columns.tables().get(table);
    return columns.categorical().stream()
        .filter(column -> column.table().equals(of))
        .mapToInt(CategoricalColumn::minCount)
        .findFirst()
        .orElseThrow();
  }

  /** Numbers of the tables whose rows have to be counted. */
  List<Integer> countedTables() {
    return IntStream.range(0, columns.tables().size())
        .filter(t -> minCount(t) > 1)
        .boxed()
        .toList();
  }

  /** Numbers of the dense columns whose scale has to be found out. */
  List<Integer> fittedColumns() {
    return IntStream.range(0, columns.dense().size())
        .filter(d -> DenseFit.needed(columns.dense().get(d)))
        .boxed()
        .toList();
  }

  /** Whether rows of some table have to be counted. */
  boolean counts() {
    return columns.categorical().stream().anyMatch(column -> column.minCount() > 1);
  }

  /** Whether there is something to find out from the training part. */
  boolean any() {
    return counts() || columns.dense().stream().anyMatch(DenseFit::needed);
  }
}
