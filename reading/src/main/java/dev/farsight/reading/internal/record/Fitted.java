package dev.farsight.reading.internal.record;

import dev.farsight.api.table.Table;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.RowIndexRule;
import dev.farsight.reading.internal.vocabulary.Vocabulary;
import dev.farsight.reading.internal.vocabulary.VocabularyRule;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What was found out from a training part. Immutable.
 *
 * @param kept the rows that are told apart, by number of the table; no entry where all are
 * @param vocabularies by number of the table; no entry where the settings tell the rows
 * @param scales by number of the dense column; no entry where the settings tell
 */
record Fitted(
    Map<Integer, KeptRows> kept,
    Map<Integer, Vocabulary> vocabularies,
    Map<Integer, Scale> scales) {

  /** For columns that tell everything. */
  static final Fitted NOTHING = new Fitted(Map.of(), Map.of(), Map.of());

  Fitted {
    kept = Map.copyOf(kept);
    vocabularies = Map.copyOf(vocabularies);
    scales = Map.copyOf(scales);
  }

  /** The columns, ready to read. */
  Columns complete(Columns columns) {
    var tables = columns.tables();
    return columns.with(
        IntStream.range(0, columns.dense().size())
            .mapToObj(d -> complete(columns.dense().get(d), scales.get(d)))
            .toList(),
        columns.categorical().stream()
            .map(column -> complete(column, tables.indexOf(column.table())))
            .toList());
  }

  private static DenseColumn complete(DenseColumn column, Scale scale) {
    return scale == null ? column : DenseFit.with(column, scale);
  }

  private CategoricalColumn complete(CategoricalColumn column, int table) {
    // What was still to be found out is put into the column's rule.
    if (kept.containsKey(table)) {
      var mapped = new MappedRule(((MappedRule) column.rule()).rule(), kept.get(table));
      return with(column, column.table(), mapped);
    }
    if (vocabularies.containsKey(table)) {
      Vocabulary found = vocabularies.get(table);
      var looked = new VocabularyRule(((VocabularyRule) column.rule()).rule(), found);
      return with(column, new Table(column.table().name(), found.rows()), looked);
    }
    return column;
  }

  private static CategoricalColumn with(CategoricalColumn column, Table table, RowIndexRule rule) {
    return new CategoricalColumn(
        column.field(), column.name(), table, rule, column.bag(), column.minCount());
  }

  /** This, and the rows besides that others found to be frequent. */
  Fitted withRowsOf(Fitted later) {
    Map<Integer, KeptRows> both = new TreeMap<>();
    kept.forEach((table, rows) -> both.put(table, rows.or(later.kept.get(table))));
    return new Fitted(both, vocabularies, scales);
  }
}
