package dev.farsight.datasets.text;

import dev.farsight.api.table.Table;

/** A column of categories, and the table that its values look up rows in. */
public record CategoricalColumn(Table table, RowIndexRule rule) {

  int index(byte[] bytes, int from, int to) {
    return from == to ? 0 : rule.index(bytes, from, to, table.rows());
  }
}
