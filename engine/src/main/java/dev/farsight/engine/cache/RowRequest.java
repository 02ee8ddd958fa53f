package dev.farsight.engine.cache;

import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.table.RowGroups;
import java.util.Arrays;
import java.util.function.LongToIntFunction;

/**
 * Distinct rows that must be resident together. Parallel arrays, of which the first {@link #count}
 * entries are used; an index into them is called a <em>request position</em>. Preallocated; one
 * owner at a time.
 */
public final class RowRequest {

  private final long[] rows;
  private final int[] occurrences;

  /** By position: how many batches later the row is used next; 0 if unknown. May be null. */
  private int[] batchesAhead;

  private long batch;

  private RegionRows byRegion;
  private boolean split;
  private int count;
  private Use use = Use.TRAIN;
  private boolean updates;

  /** The purpose of a request. */
  public enum Use {
    /** The rows are used. The policy learns from it. */
    TRAIN,
    /** The rows are read. The policy does not learn from it. */
    EVALUATE,
    /** The rows become resident before they are needed. */
    WARM_UP
  }

  public RowRequest(int capacity) {
    rows = new long[capacity];
    occurrences = new int[capacity];
  }

  /**
   * Clears the request.
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
   * Sets when rows are used next. Valid until the request is cleared.
   *
   * @param batch number of the batch of this request
   * @param batchesAhead by position: how many batches later the row is used next; 0 if unknown. Not
   *     copied
   */
  public void nextUses(long batch, int[] batchesAhead) {
    this.batch = batch;
    this.batchesAhead = batchesAhead;
  }

  /** Memory for the rows by region. The caller must fill it. */
  public RegionRows byRegion(int regions) {
    if (byRegion == null || byRegion.regions() != regions) {
      byRegion = new RegionRows(rows.length, regions);
    }
    split = true;
    return byRegion;
  }

  /** The rows by region; somebody has filled {@link #byRegion(int)}. */
  public RegionRows byRegion() {
    return byRegion;
  }

  /** The rows by region. Sorts them if nobody has filled {@link #byRegion(int)}. */
  RegionRows byRegion(RegionLayout layout) {
    return byRegion(layout.regions(), layout::regionOf);
  }

  /** The rows by group. Sorts them if nobody has filled {@link #byRegion(int)}. */
  public RegionRows byGroup(RowGroups groups) {
    return byRegion(groups.count(), groups::of);
  }

  private RegionRows byRegion(int regions, LongToIntFunction regionOf) {
    if (split) {
      return byRegion;
    }
    RegionRows target = byRegion(regions);
    int[] next = target.starts();
    Arrays.fill(next, 0);
    for (int position = 0; position < count; position++) {
      next[regionOf.applyAsInt(rows[position]) + 1]++;
    }
    for (int r = 1; r < next.length; r++) {
      next[r] += next[r - 1];
    }
    for (int position = 0; position < count; position++) {
      int regionPosition = next[regionOf.applyAsInt(rows[position])]++;
      target.rows()[regionPosition] = rows[position];
      target.occurrences()[regionPosition] = occurrences[position];
      target.requestPositions()[regionPosition] = position;
      target.regionPositions()[position] = regionPosition;
    }
    // Each start has advanced to the start of the next region.
    System.arraycopy(next, 0, next, 1, next.length - 1);
    next[0] = 0;
    return target;
  }

  /**
   * Bytes of a request on the heap.
   *
   * @param regions of the cache that the request goes to
   */
  public static long heapBytes(int capacity, int regions) {
    return (Long.BYTES + Integer.BYTES) * (long) capacity
        + (regions > 1 ? RegionRows.heapBytes(capacity) : 0);
  }
}
