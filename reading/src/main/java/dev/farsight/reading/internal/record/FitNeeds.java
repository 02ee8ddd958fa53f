package dev.farsight.reading.internal.record;

import dev.farsight.api.table.Table;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import dev.farsight.reading.internal.vocabulary.VocabularyRule;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What columns need to know of the training part: which rows of their tables are rare, which values
 * are frequent, and the scales of dense columns.
 *
 * @param columns as the settings have them
 */
record FitNeeds(Columns columns) {

  /** How many lookups of a row of a table, or of a value, let it be told apart. */
  int minCount(int table) {
    return first(table).minCount();
  }

  /** The first column that looks up rows of a table. */
  private CategoricalColumn first(int table) {
    Table of = columns.tables().get(table);
    return columns.categorical().stream()
        .filter(column -> column.table().equals(of))
        .findFirst()
        .orElseThrow();
  }

  private boolean hasVocabulary(int table) {
    return first(table).rule() instanceof VocabularyRule;
  }

  /** Numbers of the tables whose vocabulary has to be found out. */
  List<Integer> vocabularies() {
    return IntStream.range(0, columns.tables().size()).filter(this::hasVocabulary).boxed().toList();
  }

  /** Numbers of the tables whose rows have to be counted. */
  List<Integer> countedTables() {
    return IntStream.range(0, columns.tables().size())
        .filter(t -> minCount(t) > 1 && !hasVocabulary(t))
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
    return !countedTables().isEmpty();
  }

  /** Whether there is something to find out from the training part. */
  boolean any() {
    return counts()
        || !vocabularies().isEmpty()
        || columns.dense().stream().anyMatch(DenseFit::needed);
  }
}
