package dev.farsight.engine.cache;

/**
 * One region's part of a {@link CachePlan}: which stretches of its moves are the region's, and what
 * else it takes to undo them. Slots are numbered within the region.
 */
final class RegionPlan {

  /** Rows that left without a write-back, because the store has them. */
  final int[] cleanSlots;

  final long[] cleanRows;
  int clean;

  int firstEviction;
  int writeBacks;
  int firstLoad;
  int loads;
  int firstForward;
  int forwards;

  /** How many rows have left, in either way, and how many have come; 0 until it is done. */
  int evicted;

  int admitted;

  int uniqueHits;
  long hits;

  RegionPlan(int capacity) {
    cleanSlots = new int[capacity];
    cleanRows = new long[capacity];
  }

  void clear() {
    clean = 0;
    writeBacks = 0;
    loads = 0;
    forwards = 0;
    evicted = 0;
    admitted = 0;
    uniqueHits = 0;
    hits = 0;
  }
}
