package dev.farsight.engine.build;

import dev.farsight.engine.cache.RegionLayout;

/**
 * The sizes of one rank.
 *
 * @param regions the regions that it has; null if every row is resident
 * @param slots of all its regions; if every row is resident, enough for its rows
 * @param inRows rows of the in-ring
 * @param outRows rows of the out-ring
 * @param maxRows most rows that a batch can ask of its cache
 */
record RankShape(RegionLayout regions, int slots, int inRows, int outRows, int maxRows) {

  /** Most rows that one plan can load, or evict. */
  int maxMoves() {
    return regions == null ? Math.min(inRows, outRows) : Math.min(maxRows, slots);
  }

  /** Regions of the cache; 1 if every row is resident. */
  int regionCount() {
    return regions == null ? 1 : regions.regions();
  }
}
