package dev.farsight.engine.cache;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.memory.HostBuffers;
import java.nio.IntBuffer;
import java.util.function.LongConsumer;

/**
 * What it takes to make a request's rows resident: slots, moves, and what to fetch and write back.
 * Preallocated; filled by {@link Residency#plan} and valid until it is given back.
 */
public final class CachePlan implements RowSlots {

  /**
   * Slot of each row of the request; of its {@link RegionRows} where there are several regions,
   * each of which writes memory of its own.
   */
  final int[] slots;

  /** Where among those each row of the request is; null where that is its position. */
  int[] places;

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
   * @param maxRows most rows that a request can have
   * @param maxMoves most rows that can come or go in one plan
   * @param regionRows the same for each region
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
    places = null;
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

  /** Slot of the row at a position of the request. As long as the request is as it was planned. */
  public int slot(int position) {
    return slots[places == null ? position : places[position]];
  }

  @Override
  public void copySlots(int from, int to, IntBuffer into) {
    if (places == null) {
      into.put(from, slots, from, to - from);
      return;
    }
    for (int u = from; u < to; u++) {
      into.put(u, slots[places[u]]);
    }
  }

  public RowMoves moves() {
    return moves;
  }

  /** Rows to fetch from the store, in in-ring order; {@code moves().loads()} of them. */
  public long[] loadRows() {
    return loadRows;
  }

  /** Positions in the request of the rows to fetch; as {@link #loadRows}. */
  public int[] loadPositions() {
    return loadPositions;
  }

  /**
   * Positions in the request of the rows that are forwarded; {@code moves().forwards()} of them.
   */
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

  /** Rows that left their slots, dirty or not. */
  public int evicted() {
    return evicted;
  }

  /** Shows the rows that left their slots, dirty or not. */
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
}
