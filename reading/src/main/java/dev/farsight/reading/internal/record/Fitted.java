package dev.farsight.reading.internal.record;

import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import dev.farsight.reading.DenseColumn;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What was found out from a training part. Immutable.
 *
 * @param kept the rows that are told apart, by number of the table; no entry where all are
 * @param scales by number of the dense column; no entry where the settings tell
 */
record Fitted(Map<Integer, KeptRows> kept, Map<Integer, Scale> scales) {

  /** For columns that tell everything. */
  static final Fitted NOTHING = new Fitted(Map.of(), Map.of());

  Fitted {
    kept = Map.copyOf(kept);
    scales = Map.copyOf(scales);
  }

  /** The columns, ready to read. */
  Columns complete(Columns columns) {
    var tables = columns.tables();
    return new Columns(
        columns.label(),
        IntStream.range(0, columns.dense().size())
            .mapToObj(d -> complete(columns.dense().get(d), scales.get(d)))
            .toList(),
        columns.categorical().stream()
            .map(column -> complete(column, kept.get(tables.indexOf(column.table()))))
            .toList(),
        columns.splitField());
  }

  private static DenseColumn complete(DenseColumn column, Scale scale) {
    return scale == null ? column : DenseFit.with(column, scale);
  }

  private static CategoricalColumn complete(CategoricalColumn column, KeptRows kept) {
    if (kept == null) {
      return column;
    }
    // Which rows of the column are kept was still to be found out.
    var mapped = new MappedRule(((MappedRule) column.rule()).rule(), kept);
    return new CategoricalColumn(
        column.field(), column.name(), column.table(), mapped, column.bag(), column.minCount());
  }

  /** This, and the rows besides that others found to be frequent. */
  Fitted withRowsOf(Fitted later) {
    Map<Integer, KeptRows> both = new TreeMap<>();
    kept.forEach((table, rows) -> both.put(table, rows.or(later.kept.get(table))));
    return new Fitted(both, scales);
  }
}
