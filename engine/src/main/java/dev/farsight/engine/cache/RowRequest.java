package dev.farsight.engine.cache;

import dev.farsight.api.cache.SlotBatch;
import java.util.Arrays;

/**
 * Distinct rows that must be resident together: what a cache plans for. Parallel arrays of which
 * the first {@link #count} entries count. Preallocated; one owner at a time.
 */
public final class RowRequest {

  private final long[] rows;
  private final int[] occurrences;

  /** Null as long as no look-ahead asks for it. */
  private long[] nextUse;

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
    this.occurrences[count++] = occurrences;
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

  /** Number of the next batch that uses the row at a position, or {@link SlotBatch#UNKNOWN}. */
  public long nextUse(int position) {
    return nextUse == null ? SlotBatch.UNKNOWN : nextUse[position];
  }

  public void nextUse(int position, long batch) {
    nextUse[position] = batch;
  }

  /** From now on next uses are kept; none is known yet. */
  public void forgetNextUses() {
    if (nextUse == null) {
      nextUse = new long[rows.length];
    }
    Arrays.fill(nextUse, 0, count, SlotBatch.UNKNOWN);
  }
}
