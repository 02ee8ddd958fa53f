package dev.farsight.engine.plan;

import dev.farsight.engine.cache.RowRequest;

/**
 * The unique rows of a batch: as a request to the cache, and which of them each lookup refers to.
 * Table by table, each table's in the order of first lookup. Preallocated; one for each batch in
 * the look-ahead.
 */
public final class UniqueRows {

  private final RowRequest request;
  private final int[][] uniqueOf;
  private final int[] tableStarts;

  UniqueRows(int tables, int batchSize, int maxUniqueRows) {
    request = new RowRequest(maxUniqueRows);
    uniqueOf = new int[tables][batchSize];
    tableStarts = new int[tables + 1];
  }

  public RowRequest request() {
    return request;
  }

  /** For each sample, the position of the table's row in the request. */
  int[] uniqueOf(int table) {
    return uniqueOf[table];
  }

  /** Where each table's unique rows begin in the request; one entry more than tables. */
  int[] tableStarts() {
    return tableStarts;
  }
}
