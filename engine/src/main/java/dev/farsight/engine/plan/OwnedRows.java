package dev.farsight.engine.plan;

import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.concurrent.Workers;
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

  /** Entries of each list that a thread writes at a time. */
  private static final int SLICE = 1 << 12;

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

  // Of tables whose ranks exchange sums of bags, see BagExchange.

  private final int[] sampleStarts;
  private final int[] sumAskedStarts;
  private final int[] sumRowStarts;
  private final int[] sumRows;
  private int keptRows;
  private long firstSample;
  private double divisor;

  // What is being written. The task below is created once, so a batch allocates nothing.
  private RowExchange target;
  private RowSlots slots;
  private final Workers.Task write = this::write;

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
    sampleStarts = new int[shape.ranks() + 1];
    sumAskedStarts = new int[shape.ranks() + 1];
    sumRowStarts = new int[shape.ranks() + 1];
    sumRows = new int[shape.sums().maxAskedRows()];
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

  /** By rank: samples of the ranks before it. */
  public int[] sampleStarts() {
    return sampleStarts;
  }

  /** Samples of all ranks. */
  public int samples() {
    return sampleStarts[sampleStarts.length - 1];
  }

  /** By owner: arrival position of the first row that it adds up for this rank. */
  int[] sumAskedStarts() {
    return sumAskedStarts;
  }

  /** By rank: where the rows begin that this rank adds up for it. */
  int[] sumRowStarts() {
    return sumRowStarts;
  }

  /** The rows that this rank adds up for others, as they have positions there: request position. */
  int[] sumRows() {
    return sumRows;
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

  /** Their weights, added up. */
  public double divisor() {
    return divisor;
  }

  void samples(long firstSample, double divisor) {
    this.firstSample = firstSample;
    this.divisor = divisor;
  }

  /**
   * Writes which rows this rank sends in a step, and where gradients come back: a few bulk copies,
   * in parallel.
   *
   * @param slots of the rank's own rows, by request position
   */
  public void writeTo(RowExchange target, RowSlots slots, Workers workers) {
    int ranks = target.shape().ranks();
    System.arraycopy(askedStarts, 0, target.askedStarts(), 0, ranks + 1);
    System.arraycopy(sendStarts, 0, target.sendStarts(), 0, ranks + 1);
    System.arraycopy(gatherStarts, 0, target.gatherStarts(), 0, ranks + 1);
    target.owned(request.count(), request.rows());
    target.samples(firstSample, divisor);
    this.target = target;
    this.slots = slots;
    int most = Math.max(sendStarts[ranks] + keptRows, sendStarts[ranks] + gatherStarts[ranks]);
    most = Math.max(most, request.count() + 1);
    if (target.bags() != null) {
      System.arraycopy(sampleStarts, 0, target.bags().sampleStarts(), 0, ranks + 1);
      System.arraycopy(sumAskedStarts, 0, target.bags().askedStarts(), 0, ranks + 1);
      System.arraycopy(sumRowStarts, 0, target.bags().rowStarts(), 0, ranks + 1);
      most = Math.max(most, sumRowStarts[ranks]);
    }
    workers.run((most + SLICE - 1) / SLICE, write);
  }

  /** Writes a slice of each list. */
  private void write(int slice, int worker) {
    int ranks = sendStarts.length - 1;
    int from = slice * SLICE;
    put(sendRows, from, sendStarts[ranks] + keptRows, target.sendRows());
    put(gradientStarts, from, request.count() + 1, target.gradientStarts());
    put(gradients, from, sendStarts[ranks] + gatherStarts[ranks], target.gradients());
    if (target.bags() != null) {
      put(sumRows, from, sumRowStarts[ranks], target.bags().rows());
    }
    if (from < request.count()) {
      slots.copySlots(from, Math.min(from + SLICE, request.count()), target.ownedSlots());
    }
  }

  private static void put(int[] values, int from, int count, IntBuffer target) {
    if (from < count) {
      target.put(from, values, from, Math.min(SLICE, count - from));
    }
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
                + 2L * shape.maxGatheredRows()
                + shape.sums().maxAskedRows());
  }
}
