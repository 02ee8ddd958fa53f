package dev.farsight.engine.cache;

import java.util.Arrays;

/**
 * The rows in the out-ring, and which of them can still be forwarded: the evictions of the last
 * plans, back to {@link #forwardFrom}. If the ring has too little room and reuses a stretch early,
 * its rows can no longer be forwarded; they are read from the store after their write-back.
 *
 * <p>Nothing has to be done when a row expires, because {@link #holds} compares ring positions. 8
 * bytes for each row of the ring.
 *
 * <p>Order of calls for each plan: {@link #beginPlan}, then {@link #holds}, then {@link #reserve}
 * once the number of evictions is known, then {@link #put}. One thread calls {@code beginPlan} and
 * {@code reserve}; between them, several threads call {@code holds} and {@code put} in parallel.
 */
final class Outbox {

  private static final long NO_ROW = -1;

  private final Ring ring;
  private final int window;
  private final long[] rows;

  private long forwardFrom;

  // State of the current plan.

  /**
   * Out-ring row of the plan's first eviction. Before {@link #reserve}: where that row would be if
   * the ring had room there.
   */
  private int firstOutRow;

  /** How many rows before {@link #firstOutRow} can be forwarded. */
  private long forwardable;

  // Expired rows that regions have not dropped yet, counted in rows ever handed out.
  private long expiredFrom;
  private long expiredTo;

  /**
   * @param window how many plans later a row can still be forwarded
   */
  Outbox(Ring ring, int window) {
    this.ring = ring;
    this.window = window;
    rows = new long[ring.capacity()];
  }

  /** A plan begins: rows of plans before the window can no longer be forwarded. */
  void beginPlan(long plan) {
    firstOutRow = outRow(ring.start(plan));
    keepFrom(Math.max(ring.heldFrom(), plan - window), plan);
  }

  /**
   * Makes room for the plan's evictions.
   *
   * @return whether rows that could be forwarded were given up; if so, forwards must be searched
   *     for again
   */
  boolean reserve(long plan, int evictions) {
    firstOutRow = ring.allocate(plan, evictions);
    long before = forwardFrom;
    keepFrom(ring.heldFrom(), plan);
    return forwardFrom > before;
  }

  private void keepFrom(long oldestPlan, long plan) {
    expireBefore(Math.max(forwardFrom, oldestPlan));
    forwardable = ring.start(plan) - ring.start(forwardFrom);
  }

  /** Whether the ring had too little room for the stretches it should have kept. */
  boolean shrunk() {
    return ring.shrunk();
  }

  /** All evictions are in the store: nothing can be forwarded from plans before {@code next}. */
  void drained(long next) {
    ring.reset(next);
    expireBefore(next);
  }

  private void expireBefore(long plan) {
    expiredTo = ring.start(plan);
    forwardFrom = plan;
  }

  /** All regions have dropped the expired rows. */
  void expiredDropped() {
    expiredFrom = expiredTo;
  }

  /** The first expired row, counted in rows ever handed out; see {@link #outRow}. */
  long expiredFrom() {
    return expiredFrom;
  }

  /** The end of the expired rows, exclusive. */
  long expiredTo() {
    return expiredTo;
  }

  /** The out-ring row of a row counted in rows ever handed out. */
  int outRow(long handedOut) {
    return (int) (handedOut % rows.length);
  }

  /** Clears the rows that the ring skipped at its end. Expired rows must be dropped before. */
  void clearSkipped() {
    Arrays.fill(rows, rows.length - ring.skipped(), rows.length, NO_ROW);
  }

  /** Out-ring row of the current plan's first eviction. */
  int firstOutRow() {
    return firstOutRow;
  }

  /** The oldest plan whose evictions can be forwarded to the current plan. */
  long forwardFrom() {
    return forwardFrom;
  }

  /** Stores the row of an eviction of the current plan; returns its out-ring row. */
  int put(int eviction, long row) {
    rows[firstOutRow + eviction] = row;
    return firstOutRow + eviction;
  }

  /** The row that was put in an out-ring row. */
  long row(int outRow) {
    return rows[outRow];
  }

  /** Whether an out-ring row holds this row, from an earlier plan that can be forwarded from. */
  boolean holds(int outRow, long row) {
    int distance = firstOutRow - outRow;
    // The distance is checked first: other threads may be writing rows outside that range.
    return (distance > 0 ? distance : distance + rows.length) <= forwardable && rows[outRow] == row;
  }

  static long heapBytes(int ringRows) {
    return (long) Long.BYTES * ringRows;
  }
}
