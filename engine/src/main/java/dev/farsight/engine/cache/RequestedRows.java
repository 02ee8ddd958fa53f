package dev.farsight.engine.cache;

/** The rows that a batch asks of a cache, and how many of them are of each table. */
public interface RequestedRows {

  RowRequest request();

  /** How many of the rows are of a table. */
  int tableRows(int table);
}
