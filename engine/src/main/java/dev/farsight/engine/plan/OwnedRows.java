package dev.farsight.engine.plan;

import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.engine.cache.RequestedRows;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.cache.RowSlots;
import java.nio.IntBuffer;

/**
 * What one rank does with the rows of a batch: which of its own rows all ranks together look up, as
 * a request to its cache; which it sends to whom; and where the rows of its own samples arrive.
 * Positions are those of {@link dev.farsight.api.compute.RowExchange}. Preallocated; one for each
 * rank and batch read ahead.
 */
public final class OwnedRows implements RequestedRows, RowSlots {

  private final RowRequest request;
  private final int[] askedStarts;
  private final int[] arrivals;
  private final int[] sendStarts;
  private final int[] sendRows;
  private final int[] gatherStarts;
  private final int[] gatherRows;
  private final int[] gradientStarts;
  private final int[] gradients;
  private final int[] tableRows;
  private int keptRows;
  private long firstSample;
  private double divisor;

  OwnedRows(ExchangeShape shape, int tables) {
    request = new RowRequest(shape.maxOwnedRows());
    askedStarts = new int[shape.ranks() + 1];
    sendStarts = new int[shape.ranks() + 1];
    gatherStarts = new int[shape.ranks() + 1];
    arrivals = new int[shape.maxUniqueRows()];
    sendRows = new int[shape.maxSentRows() + (shape.replicates() ? shape.maxUniqueRows() : 0)];
    gatherRows = new int[shape.maxGatheredRows()];
    gradientStarts = new int[shape.maxOwnedRows() + 1];
    gradients = new int[shape.maxSentRows() + shape.maxGatheredRows()];
    tableRows = new int[tables];
  }

  /** The rows of this rank that all ranks look up. */
  @Override
  public RowRequest request() {
    return request;
  }

  @Override
  public int tableRows(int table) {
    return tableRows[table];
  }

  /** By table: how many of the rows are of it. */
  int[] tableRows() {
    return tableRows;
  }

  int[] askedStarts() {
    return askedStarts;
  }

  /** By unique row of this rank's samples: where it arrives. */
  int[] arrivals() {
    return arrivals;
  }

  int[] sendStarts() {
    return sendStarts;
  }

  /** By send position, then for the replicated rows that this rank looks up: request position. */
  int[] sendRows() {
    return sendRows;
  }

  int[] gatherStarts() {
    return gatherStarts;
  }

  /** Request position of the row of each gradient that is gathered. */
  int[] gatherRows() {
    return gatherRows;
  }

  /** By request position: where the places of the row's gradients begin. */
  int[] gradientStarts() {
    return gradientStarts;
  }

  /** Where the gradients of each row arrive, in rank order. */
  int[] gradients() {
    return gradients;
  }

  /** How many replicated rows this rank looks up. */
  int keptRows() {
    return keptRows;
  }

  void keptRows(int rows) {
    keptRows = rows;
  }

  long firstSample() {
    return firstSample;
  }

  double divisor() {
    return divisor;
  }

  void samples(long firstSample, double divisor) {
    this.firstSample = firstSample;
    this.divisor = divisor;
  }

  /**
   * Writes which rows this rank sends in a step, and where gradients come back. A few bulk copies.
   *
   * @param slots of the rank's own rows, by request position
   */
  public void writeTo(RowExchange target, RowSlots slots) {
    int ranks = target.shape().ranks();
    System.arraycopy(askedStarts, 0, target.askedStarts(), 0, ranks + 1);
    System.arraycopy(sendStarts, 0, target.sendStarts(), 0, ranks + 1);
    System.arraycopy(gatherStarts, 0, target.gatherStarts(), 0, ranks + 1);
    int rows = request.count();
    target.sendRows().put(0, sendRows, 0, sendStarts[ranks] + keptRows);
    slots.copySlots(0, rows, target.ownedSlots());
    target.owned(rows, request.rows());
    target.samples(firstSample, divisor);
    target.gradientStarts().put(0, gradientStarts, 0, rows + 1);
    target.gradients().put(0, gradients, 0, sendStarts[ranks] + gatherStarts[ranks]);
  }

  /** The local rows of a step are where they arrive. */
  @Override
  public void copySlots(int from, int end, IntBuffer target) {
    target.put(from, arrivals, from, end - from);
  }

  /** Bytes on the heap. */
  public static long heapBytes(ExchangeShape shape, int regions) {
    return RowRequest.heapBytes(shape.maxOwnedRows(), regions)
        + Integer.BYTES
            * ((long) shape.maxUniqueRows() * (shape.replicates() ? 2 : 1)
                + shape.maxOwnedRows()
                + 2L * shape.maxSentRows()
                + 2L * shape.maxGatheredRows());
  }
}
