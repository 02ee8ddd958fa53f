package dev.farsight.engine.cache;

import java.util.Arrays;

/**
 * Which rows lie in the out-ring, and which of them may still be forwarded: those that the last
 * plans evicted, back to {@link #forwardFrom}. A stretch that the ring gives up for want of room is
 * given up here too, and its rows are read from the store, after their write-back.
 *
 * <p>Nothing has to be done to a row that may no longer be forwarded: {@link #holds} tells by its
 * place in the ring. 8 bytes a row of the ring. {@link #begin} on one thread; between its calls,
 * threads {@link #put} and ask in parallel.
 */
final class Outbox {

  private static final long NO_ROW = -1;

  private final Ring ring;
  private final int window;
  private final long[] rows;

  private long forwardFrom;

  // Of the plan being made: where its evictions begin, how many rows before that may be forwarded,
  // and which have just expired, in rows ever handed out.
  private int from;
  private long forwardable;
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

  /**
   * Makes room for the rows that a plan evicts.
   *
   * @return whether rows that an earlier plan evicted had to be given up early
   */
  boolean begin(long plan, int evictions) {
    from = ring.allocate(plan, evictions);
    expireBefore(Math.max(forwardFrom, Math.max(ring.heldFrom(), plan - window)));
    forwardable = ring.start(plan) - ring.start(forwardFrom);
    return ring.shrunk();
  }

  /** Every eviction is in the store: nothing may be forwarded from before plan {@code next}. */
  void drained(long next) {
    ring.reset(next);
    expireBefore(next);
  }

  private void expireBefore(long plan) {
    expiredFrom = expiredTo;
    expiredTo = ring.start(plan);
    forwardFrom = plan;
  }

  /** The first row that has just expired, in rows ever handed out; see {@link #ringRow}. */
  long expiredFrom() {
    return expiredFrom;
  }

  /** The one after the last row that has just expired. */
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
