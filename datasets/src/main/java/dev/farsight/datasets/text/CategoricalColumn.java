package dev.farsight.datasets.text;

import dev.farsight.api.data.Feature;
import dev.farsight.api.table.Table;
import java.util.List;

/**
 * A column of categories.
 *
 * @param name the name of the feature
 * @param table the table that its values look up rows in; columns with equal ones share it
 * @param bag how a field is read that holds a bag of values; null if it holds one value
 */
public record CategoricalColumn(String name, Table table, RowIndexRule rule, BagRule bag) {

  /** A column of one value a field, with a table of its own. */
  public CategoricalColumn(Table table, RowIndexRule rule) {
    this(table.name(), table, rule, null);
  }

  /** The index of a field of one value. */
  int index(byte[] bytes, int from, int to) {
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
