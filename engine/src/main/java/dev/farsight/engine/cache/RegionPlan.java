package dev.farsight.engine.cache;

/**
 * One region's part of a {@link CachePlan}: which rows left which slots and which came. Enough to
 * undo the plan. Slots are numbered within the region.
 */
final class RegionPlan {

  final int[] evictedSlots;
  final long[] evictedRows;
  final boolean[] evictedDirty;
  final int[] admittedSlots;
  final long[] admittedRows;

  /**
   * Out-ring row to forward from, or {@link RowIndex#ABSENT} where the row comes from the store.
   */
  final int[] forwardedFrom;

  int evicted;
  int dirtyEvicted;
  int admitted;

  /** How many of the admitted rows are forwarded. */
  int forwards;

  int uniqueHits;
  long hits;
  boolean committed;

  RegionPlan(int capacity) {
    evictedSlots = new int[capacity];
    evictedRows = new long[capacity];
    evictedDirty = new boolean[capacity];
    admittedSlots = new int[capacity];
    admittedRows = new long[capacity];
    forwardedFrom = new int[capacity];
  }

  void clear() {
    evicted = 0;
    dirtyEvicted = 0;
    admitted = 0;
    forwards = 0;
    uniqueHits = 0;
    hits = 0;
    committed = false;
  }
}
