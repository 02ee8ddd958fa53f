package dev.farsight.reading;

import dev.farsight.api.data.Feature;
import dev.farsight.api.table.Table;
import dev.farsight.reading.internal.record.Buckets;
import dev.farsight.reading.internal.record.MappedRule;
import dev.farsight.reading.internal.vocabulary.VocabularyRule;
import java.util.List;

/**
 * A column of categories.
 *
 * @param field the name of the field
 * @param name the name of the feature
 * @param table the table that its values look up rows in; columns with equal ones share it
 * @param rule how a value becomes the index of a row
 * @param bag how a field is read that holds a bag of values; null if it holds one value
 * @param minCount rows that the training part looks up fewer times share the last row of the table,
 *     or values that it has fewer times if there is a vocabulary; 1 if none do. Columns that share
 *     a table have the same
 */
public record CategoricalColumn(
    String field, String name, Table table, RowIndexRule rule, BagRule bag, int minCount) {

  /** A column of one value a field, all by one name, with a table whose rows are all told apart. */
  public CategoricalColumn(Table table, RowIndexRule rule) {
    this(table.name(), table.name(), table, rule, null, 1);
  }

  /**
   * The orders of magnitude of a dense column's values as categories, with a table {@code
   * NAME-bucket} of 512 rows: for models that learn a row for each beside the number itself.
   */
  public static CategoricalColumn buckets(DenseColumn column) {
    return Buckets.of(column);
  }

  /** The same column, whose rare rows share one, which the table has besides. */
  public CategoricalColumn withMinCount(int least) {
    if (least == 1) {
      return this;
    }
    var larger = new Table(table.name(), table.rows() + 1);
    return new CategoricalColumn(field, name, larger, MappedRule.of(rule), bag, least);
  }

  /**
   * The same column, whose table has a row for each value that the training part has at least so
   * often, as many rows as its table at most, of which one is for missing values and one for all
   * others.
   */
  public CategoricalColumn withVocabulary(int least) {
    return new CategoricalColumn(field, name, table, VocabularyRule.of(rule), bag, least);
  }

  /** The index of a value; 0 if it is missing. */
  public int index(byte[] bytes, int from, int to) {
    return from == to ? 0 : rule.index(bytes, from, to, table.rows());
  }

  /**
   * @param tables those of all columns
   */
  Feature feature(List<Table> tables) {
    int number = tables.indexOf(table);
    if (bag == null) {
      return new Feature(name, number);
    }
    var feature = Feature.bag(name, number, bag.maxLookups(), bag.pooling());
    return bag.weights() == null ? feature : feature.withWeights();
  }
}
