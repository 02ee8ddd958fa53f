package dev.farsight.engine.plan;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.engine.cache.RowRequest;

/**
 * The unique rows of a batch: as a request to the cache, and which of them each lookup refers to.
 * Table by table, each table's in the order of first lookup. Preallocated; one for each batch in
 * the look-ahead.
 */
public final class UniqueRows {

  private final RowRequest request;
  private final int[] tableStarts;

  /** Null where a device keeps them. */
  private final int[][] uniqueOf;

  private final FoundRows found;

  /** Done when the device has delivered; handed from stage to stage with the rows. */
  private Ticket ticket;

  private UniqueRows(int tables, int maxUniqueRows, int[][] uniqueOf, FoundRows found) {
    request = new RowRequest(maxUniqueRows);
    tableStarts = new int[tables + 1];
    this.uniqueOf = uniqueOf;
    this.found = found;
  }

  /** Found on the host. */
  static UniqueRows here(int tables, int batchSize, int maxUniqueRows) {
    return new UniqueRows(tables, maxUniqueRows, new int[tables][batchSize], null);
  }

  /** Found on the device. */
  static UniqueRows there(int tables, int maxUniqueRows, FoundRows found) {
    return new UniqueRows(tables, maxUniqueRows, null, found);
  }

  public RowRequest request() {
    return request;
  }

  /** For each sample, the position of the table's row in the request; not where it was found. */
  int[] uniqueOf(int table) {
    return uniqueOf[table];
  }

  /** Where the device delivers them; null where the host finds them. */
  FoundRows found() {
    return found;
  }

  Ticket ticket() {
    return ticket;
  }

  void ticket(Ticket ticket) {
    this.ticket = ticket;
  }

  /** Where each table's unique rows begin in the request; one entry more than tables. */
  int[] tableStarts() {
    return tableStarts;
  }
}
