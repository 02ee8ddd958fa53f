package dev.farsight.datasets.text;

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

  /** For a format that tells everything. */
  static final Fitted NOTHING = new Fitted(Map.of(), Map.of());

  Fitted {
    kept = Map.copyOf(kept);
    scales = Map.copyOf(scales);
  }

  /** The format, ready to read. */
  TextFormat complete(TextFormat format) {
    var tables = format.tables();
    return format.with(
        IntStream.range(0, format.dense().size())
            .mapToObj(d -> complete(format.dense().get(d), scales.get(d)))
            .toList(),
        format.categorical().stream()
            .map(column -> complete(column, kept.get(tables.indexOf(column.table()))))
            .toList());
  }

  private static DenseColumn complete(DenseColumn column, Scale scale) {
    return scale == null ? column : column.fitted(scale);
  }

  private static CategoricalColumn complete(CategoricalColumn column, KeptRows kept) {
    return kept == null ? column : column.withKept(kept);
  }

  /** This, and the rows besides that others found to be frequent. */
  Fitted withRowsOf(Fitted later) {
    Map<Integer, KeptRows> both = new TreeMap<>();
    kept.forEach((table, rows) -> both.put(table, rows.or(later.kept.get(table))));
    return new Fitted(both, scales);
  }
}
