package dev.farsight.api.table;

/**
 * One embedding table: a name and how many rows it has. A table has at most 2^31-1 rows; a {@link
 * TableSet} of many tables has no such limit.
 */
public record Table(String name, int rows) {

  public Table {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("a table needs a name");
    }
    if (rows < 1) {
      throw new IllegalArgumentException(
          "table " + name + ": " + rows + " rows; at least 1 is needed");
    }
  }
}
