package dev.farsight.engine.plan;

import dev.farsight.api.compute.FoundRows;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.engine.cache.RequestedRows;
import dev.farsight.engine.cache.RowRequest;
import java.util.Arrays;

/**
 * The unique rows of a batch as a request to the cache, and for each lookup the row it refers to.
 * The rows are sorted by table, then by first lookup. Preallocated; one for each batch in use. One
 * thread at a time.
 */
public final class UniqueRows implements RequestedRows {

  private final RowRequest request;
  private final int[] tableStarts;

  /** Null if the device keeps them. */
  private final int[][] uniqueOf;

  private final FoundRows deviceRows;

  /** Done when the device has written {@link #deviceRows}. */
  private Ticket ticket;

  private UniqueRows(int tables, int maxUniqueRows, int[][] uniqueOf, FoundRows deviceRows) {
    request = new RowRequest(maxUniqueRows);
    tableStarts = new int[tables + 1];
    this.uniqueOf = uniqueOf;
    this.deviceRows = deviceRows;
  }

  /** For a search on the host. */
  static UniqueRows onHost(BatchSchema schema, int batchSize, int maxUniqueRows) {
    var uniqueOf = new int[schema.features().size()][];
    Arrays.setAll(uniqueOf, f -> new int[(int) schema.maxLookups(f, batchSize)]);
    return new UniqueRows(schema.tables().size(), maxUniqueRows, uniqueOf, null);
  }

  /** For a search on the device. */
  static UniqueRows onDevice(int tables, int maxUniqueRows, FoundRows deviceRows) {
    return new UniqueRows(tables, maxUniqueRows, null, deviceRows);
  }

  @Override
  public RowRequest request() {
    return request;
  }

  /** Request position of the row of each lookup of a feature; only if the host has searched. */
  int[] uniqueOf(int feature) {
    return uniqueOf[feature];
  }

  /** The device's results; null if the host searches. */
  FoundRows deviceRows() {
    return deviceRows;
  }

  Ticket ticket() {
    return ticket;
  }

  void ticket(Ticket ticket) {
    this.ticket = ticket;
  }

  /** Request position of each table's first unique row; one entry more than tables. */
  int[] tableStarts() {
    return tableStarts;
  }

  @Override
  public int tableRows(int table) {
    return tableStarts[table + 1] - tableStarts[table];
  }

  /**
   * Bytes on the heap for a batch whose rows the host searches; with a search on the device it is
   * less.
   */
  public static long heapBytes(BatchSchema schema, int batchSize, int maxUniqueRows, int regions) {
    return RowRequest.heapBytes(maxUniqueRows, regions)
        + schema.maxLookups(batchSize) * Integer.BYTES;
  }
}
