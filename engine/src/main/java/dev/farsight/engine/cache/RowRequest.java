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

  /** By position: how many batches later the row is used next, 0 where unknown. Null for none. */
  private int[] batchesAhead;

  private long batch;

  private RegionRows byRegion;
  private boolean split;
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
    split = false;
    batchesAhead = null;
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
    int ahead = batchesAhead == null ? 0 : batchesAhead[position];
    return ahead == 0 ? SlotBatch.UNKNOWN : batch + ahead;
  }

  /**
   * Says when rows are used next, until the request begins anew.
   *
   * @param batch of this request
   * @param batchesAhead by position: how many batches later the row is used next, 0 where that is
   *     not known. Not copied.
   */
  public void nextUses(long batch, int[] batchesAhead) {
    this.batch = batch;
    this.batchesAhead = batchesAhead;
  }

  /** Room for the rows by region, for whoever fills it; from then on it counts as filled. */
  public RegionRows byRegion(int regions) {
    if (byRegion == null || byRegion.regions() != regions) {
      byRegion = new RegionRows(rows.length, regions);
    }
    split = true;
    return byRegion;
  }

  /** The rows by region; sorts them now if that has not been done. */
  RegionRows byRegion(RegionLayout layout) {
    if (split) {
      return byRegion;
    }
    RegionRows into = byRegion(layout.regions());
    int[] next = into.starts();
    Arrays.fill(next, 0);
    for (int u = 0; u < count; u++) {
      next[layout.regionOf(rows[u]) + 1]++;
    }
    for (int r = 1; r < next.length; r++) {
      next[r] += next[r - 1];
    }
    for (int u = 0; u < count; u++) {
      int at = next[layout.regionOf(rows[u])]++;
      into.rows()[at] = rows[u];
      into.occurrences()[at] = occurrences[u];
      into.positions()[at] = u;
      into.places()[u] = at;
    }
    // Each start has moved on to the next region's.
    System.arraycopy(next, 0, next, 1, next.length - 1);
    next[0] = 0;
    return into;
  }
}
