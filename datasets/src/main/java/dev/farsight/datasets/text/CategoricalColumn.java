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
 * @param minCount rows that the training part looks up fewer times share the last row of the table;
 *     1 if none do. Columns that share a table have the same
 */
public record CategoricalColumn(
    String name, Table table, RowIndexRule rule, BagRule bag, int minCount) {

  /** A column whose rows are all told apart. */
  public CategoricalColumn(String name, Table table, RowIndexRule rule, BagRule bag) {
    this(name, table, rule, bag, 1);
  }

  /** A column of one value a field, with a table of its own, whose rows are all told apart. */
  public CategoricalColumn(Table table, RowIndexRule rule) {
    this(table.name(), table, rule, null);
  }

  /**
   * The same column, whose rare rows share one, which the table has besides. Which rows are rare is
   * still to be {@linkplain #withKept told}.
   */
  public CategoricalColumn withMinCount(int least) {
    if (least == 1) {
      return this;
    }
    var larger = new Table(table.name(), table.rows() + 1);
    RowIndexRule withoutLast = (bytes, from, to, rows) -> rule.index(bytes, from, to, rows - 1);
    return new CategoricalColumn(name, larger, withoutLast, bag, least);
  }

  /** Whether rare rows share one. */
  boolean counts() {
    return minCount > 1;
  }

  /** The same column, whose lookups of rows that are not kept go to the last row of the table. */
  CategoricalColumn withKept(KeptRows kept) {
    RowIndexRule mapped = (bytes, from, to, rows) -> kept.of(rule.index(bytes, from, to, rows));
    return new CategoricalColumn(name, table, mapped, bag, minCount);
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
