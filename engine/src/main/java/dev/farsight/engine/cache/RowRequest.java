package dev.farsight.engine.cache;

import dev.farsight.api.cache.SlotBatch;

/**
 * Distinct rows that must be resident together: what a cache plans for. Parallel arrays of which
 * the first {@link #count} entries count. Preallocated; one owner at a time.
 */
public final class RowRequest {

  private final long[] rows;
  private final int[] occurrences;
  private final long[] nextUse;
  private int count;
  private Use use = Use.TRAIN;
  private boolean updates;

  /** What the rows are needed for. */
  public enum Use {
    /** The rows are used, and the policy learns from it. */
    TRAIN,
    /** The rows are read, and the policy is not to learn from it. */
    EVALUATE,
    /** The rows are to be resident before they are needed. */
    WARM_UP
  }

  public RowRequest(int capacity) {
    rows = new long[capacity];
    occurrences = new int[capacity];
    nextUse = new long[capacity];
  }

  /**
   * Starts anew.
   *
   * @param updates whether the rows will be changed in their slots
   */
  public void begin(Use use, boolean updates) {
    this.use = use;
    this.updates = updates;
    count = 0;
  }

  public void add(long row, int occurrences) {
    rows[count] = row;
    this.occurrences[count] = occurrences;
    nextUse[count++] = SlotBatch.UNKNOWN;
  }

  public Use use() {
    return use;
  }

  public boolean updates() {
    return updates;
  }

  /** Whether this row is the one at a position. */
  public boolean uses(long row, int position) {
    return position < count && rows[position] == row;
  }

  public int count() {
    return count;
  }

  /** Sets the count after the arrays have been filled directly. */
  public void count(int count) {
    this.count = count;
  }

  /** Row ids. */
  public long[] rows() {
    return rows;
  }

  /** Lookups of each row. */
  public int[] occurrences() {
    return occurrences;
  }

  /** Number of the next batch that uses the row, or {@link SlotBatch#UNKNOWN}. */
  public long[] nextUse() {
    return nextUse;
  }
}
