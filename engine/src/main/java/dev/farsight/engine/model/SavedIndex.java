package dev.farsight.engine.model;

import dev.farsight.api.table.Table;

/** Reads which rows of a table were saved: their indices, which ascend. */
final class SavedIndex {

  private final Table table;
  private final NpyReader npy;
  private int last = -1;

  SavedIndex(Table table, NpyReader npy) {
    this.table = table;
    this.npy = npy;
  }

  /**
   * The index of the next row.
   *
   * @throws dev.farsight.api.FarsightException if the table has no such row, or if it does not
   *     ascend
   */
  int next() {
    int index = npy.nextInt();
    if (index < 0 || index >= table.rows()) {
      throw npy.bad("has row " + index + " of the table " + SavedRows.describe(table));
    }
    if (index <= last) {
      throw npy.bad("has row " + index + " after row " + last + "; rows must ascend");
    }
    last = index;
    return index;
  }
}
