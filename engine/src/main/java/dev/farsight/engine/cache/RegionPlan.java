package dev.farsight.engine.cache;

/**
 * One region's part of a {@link CachePlan}: the region's stretches of the plan's moves, and what
 * else is needed to undo them. Slots are numbered within the region.
 */
final class RegionPlan {

  /** Slots and rows of clean victims: they leave without a write-back. */
  int[] cleanSlots;

  long[] cleanRows;
  int clean;

  // The region's stretches of the plan's moves.
  int firstEviction;
  int writeBacks;
  int firstLoad;
  int loads;
  int firstForward;
  int forwards;

  // The first move of each stretch that has not been committed. These reach the stretches' ends
  // when the commit is complete.
  int evicted;
  int loaded;
  int forwarded;

  /** Committed loads and forwards that took a slot without a victim. */
  int filled;

  int uniqueHits;
  long hits;

  RegionPlan(int capacity) {
    cleanSlots = new int[capacity];
    cleanRows = new long[capacity];
  }

  /** Makes room for so many victims, before the first one leaves. */
  void requireRoom(int victims) {
    if (victims > cleanSlots.length) {
      cleanSlots = new int[victims];
      cleanRows = new long[victims];
    }
  }

  void clear() {
    clean = 0;
    writeBacks = 0;
    loads = 0;
    forwards = 0;
    begin(0, 0, 0);
    uniqueHits = 0;
    hits = 0;
  }

  /** Sets where the stretches start; none of their moves is committed. */
  void begin(int eviction, int load, int forward) {
    firstEviction = eviction;
    evicted = eviction;
    firstLoad = load;
    loaded = load;
    firstForward = forward;
    forwarded = forward;
    filled = 0;
  }

  static long heapBytes(int capacity) {
    return (Integer.BYTES + Long.BYTES) * (long) capacity;
  }
}
