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

  // Its stretches of the plan's moves.
  int firstEviction;
  int writeBacks;
  int firstLoad;
  int loads;
  int firstForward;
  int forwards;

  /** How far the stretches have been carried out; behind their ends as long as it goes on. */
  int evicted;

  int loaded;
  int forwarded;

  /** How many rows of them came to slots that no row had to leave. */
  int filled;

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
    begin(0, 0, 0);
    uniqueHits = 0;
    hits = 0;
  }

  /** Where the stretches start; nothing of them has been carried out. */
  void begin(int eviction, int load, int forward) {
    firstEviction = eviction;
    evicted = eviction;
    firstLoad = load;
    loaded = load;
    firstForward = forward;
    forwarded = forward;
    filled = 0;
  }
}
