package dev.farsight.engine.cache;

import java.util.Arrays;

/**
 * Which rows lie in the out-ring, and which of them may still be forwarded: those that the last
 * plans evicted, back to {@link #forwardFrom}. A stretch that the ring gives up for want of room is
 * given up here too, and its rows are read from the store, after their write-back.
 *
 * <p>Nothing has to be done to a row that may no longer be forwarded: {@link #holds} tells by its
 * place in the ring. 8 bytes a row of the ring. A plan {@linkplain #open opens} the outbox, asks
 * what it {@link #holds}, {@linkplain #begin begins} once it knows how many rows it evicts, and
 * {@link #put}s them. To open and begin on one thread; between them, threads ask and put in
 * parallel.
 */
final class Outbox {

  private static final long NO_ROW = -1;

  private final Ring ring;
  private final int window;
  private final long[] rows;

  private long forwardFrom;

  // Of the plan being made: where its evictions begin, or would if the ring had room there, and how
  // many rows before that may be forwarded.
  private int from;
  private long forwardable;

  // Which have expired and are still to be forgotten, in rows ever handed out.
  private long expiredFrom;
  private long expiredTo;

  /**
   * @param window how many plans later a row may still be forwarded
   */
  Outbox(Ring ring, int window) {
    this.ring = ring;
    this.window = window;
    rows = new long[ring.capacity()];
  }

  /** A plan is being made: what is too long ago may no longer be forwarded. */
  void open(long plan) {
    from = ringRow(ring.start(plan));
    keepFrom(Math.max(ring.heldFrom(), plan - window), plan);
  }

  /**
   * Makes room for the rows that the plan evicts.
   *
   * @return whether that gave up rows which could have been forwarded: those found so far have to
   *     be looked for again
   */
  boolean begin(long plan, int evictions) {
    from = ring.allocate(plan, evictions);
    long before = forwardFrom;
    keepFrom(ring.heldFrom(), plan);
    return forwardFrom > before;
  }

  private void keepFrom(long oldest, long plan) {
    expireBefore(Math.max(forwardFrom, oldest));
    forwardable = ring.start(plan) - ring.start(forwardFrom);
  }

  /** Whether the ring had too little room for what it should have kept. */
  boolean shrunk() {
    return ring.shrunk();
  }

  /** Every eviction is in the store: nothing may be forwarded from before plan {@code next}. */
  void drained(long next) {
    ring.reset(next);
    expireBefore(next);
  }

  private void expireBefore(long plan) {
    expiredTo = ring.start(plan);
    forwardFrom = plan;
  }

  /** What has expired is forgotten everywhere. */
  void forgotten() {
    expiredFrom = expiredTo;
  }

  /** The first row that has expired, in rows ever handed out; see {@link #ringRow}. */
  long expiredFrom() {
    return expiredFrom;
  }

  /** The one after the last row that has expired. */
  long expiredTo() {
    return expiredTo;
  }

  int ringRow(long handedOut) {
    return (int) (handedOut % rows.length);
  }

  /** Marks what the ring left out at its end as no row's; once expired rows are dealt with. */
  void blankSkipped() {
    Arrays.fill(rows, rows.length - ring.skipped(), rows.length, NO_ROW);
  }

  /** Ring row of the first eviction of the plan being made. */
  int from() {
    return from;
  }

  /** The oldest plan whose evictions may be forwarded to the plan being made. */
  long forwardFrom() {
    return forwardFrom;
  }

  /** Keeps the row of an eviction of the plan being made, and answers with its ring row. */
  int put(int eviction, long row) {
    rows[from + eviction] = row;
    return from + eviction;
  }

  /** The row that was put in a ring row. */
  long row(int outRow) {
    return rows[outRow];
  }

  /** Whether a ring row holds this row, put there by an earlier plan that may be forwarded from. */
  boolean holds(int outRow, long row) {
    int back = from - outRow;
    // The place comes first: the rows of other places may be changing under our eyes.
    return (back > 0 ? back : back + rows.length) <= forwardable && rows[outRow] == row;
  }
}
