package dev.farsight.engine.cache;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.memory.HostBuffers;
import java.nio.IntBuffer;
import java.util.function.LongConsumer;

/**
 * What makes a request's rows resident: slots, moves, rows to fetch and rows to write back.
 * Preallocated. Filled by {@link Residency#plan}; valid until the plan is reused.
 */
public final class CachePlan implements RowSlots {

  /**
   * The slot of each row. By request position if there is one region; otherwise by region position
   * (see {@link RegionRows}), so that each region writes its own memory.
   */
  final int[] slots;

  /** Region position of each row by request position; null if there is one region. */
  int[] regionPositions;

  private final long[] loadRows;
  private final int[] loadPositions;
  private final int[] forwardPositions;
  private final long[] writeBackRows;
  private final RowMoves moves;
  final RegionPlan[] regions;

  long number;
  long fetchAfter;
  int rows;
  int evicted;
  int uniqueHits;
  long hits;
  boolean shrunk;

  /**
   * @param maxRows most rows of a request
   * @param maxMoves most rows that one plan can load, or evict
   * @param regionRows rows that a plan usually evicts from each region at most
   */
  public CachePlan(int maxRows, int maxMoves, int[] regionRows, HostBuffers buffers) {
    slots = new int[maxRows];
    loadRows = new long[maxMoves];
    loadPositions = new int[maxMoves];
    forwardPositions = new int[maxMoves];
    writeBackRows = new long[maxMoves];
    moves = new RowMoves(maxMoves, buffers);
    regions = new RegionPlan[regionRows.length];
    for (int r = 0; r < regions.length; r++) {
      regions[r] = new RegionPlan(regionRows[r]);
    }
  }

  void begin(long number, int rows) {
    this.number = number;
    this.rows = rows;
    regionPositions = null;
    fetchAfter = number;
    evicted = 0;
    uniqueHits = 0;
    hits = 0;
    shrunk = false;
    moves.clear();
  }

  /** Number of the plan, counted from 0 over the life of the cache. */
  public long number() {
    return number;
  }

  /** Slot of the row at a request position. Valid while the request is unchanged. */
  public int slot(int position) {
    return slots[regionPositions == null ? position : regionPositions[position]];
  }

  @Override
  public void copySlots(int from, int to, IntBuffer target) {
    if (regionPositions == null) {
      target.put(from, slots, from, to - from);
      return;
    }
    for (int position = from; position < to; position++) {
      target.put(position, slots[regionPositions[position]]);
    }
  }

  public RowMoves moves() {
    return moves;
  }

  /** Rows to fetch from the store, in in-ring order; {@code moves().loads()} of them. */
  public long[] loadRows() {
    return loadRows;
  }

  /** Request positions of the rows to fetch, in the order of {@link #loadRows}. */
  public int[] loadPositions() {
    return loadPositions;
  }

  /** Request positions of the rows to forward; {@code moves().forwards()} of them. */
  public int[] forwardPositions() {
    return forwardPositions;
  }

  /** Rows to write back to the store, in out-ring order; {@code moves().evictions()} of them. */
  public long[] writeBackRows() {
    return writeBackRows;
  }

  /** Fetching must wait until the write-backs of all plans below this number are done. */
  public long fetchAfter() {
    return fetchAfter;
  }

  /** Rows of the request. */
  public int rows() {
    return rows;
  }

  /** Rows of the request that were resident. */
  public int uniqueHits() {
    return uniqueHits;
  }

  /** Lookups of the request whose row was resident. */
  public long hits() {
    return hits;
  }

  /** Rows that left their slots, dirty or clean. */
  public int evicted() {
    return evicted;
  }

  /** Visits the rows that left their slots, dirty or clean. */
  public void forEachDeparture(LongConsumer visitor) {
    for (int e = 0; e < moves.evictions(); e++) {
      visitor.accept(writeBackRows[e]);
    }
    for (RegionPlan region : regions) {
      for (int c = 0; c < region.clean; c++) {
        visitor.accept(region.cleanRows[c]);
      }
    }
  }

  /** Whether the rings had too little room to let this plan run as far ahead as configured. */
  public boolean shrunk() {
    return shrunk;
  }

  /**
   * Bytes of a plan on the heap.
   *
   * @param regions null if there are none
   */
  public static long heapBytes(int maxRows, int maxMoves, RegionLayout regions) {
    long bytes = (long) Integer.BYTES * maxRows + (2L * Long.BYTES + 2L * Integer.BYTES) * maxMoves;
    for (int r = 0; regions != null && r < regions.regions(); r++) {
      int usualRows = regions.usualRows(r, maxRows);
      bytes += RegionPlan.heapBytes(Math.min(usualRows, regions.parts().get(r).slots()));
    }
    return bytes;
  }
}
