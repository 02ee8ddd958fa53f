package dev.farsight.bench.replay;

import dev.farsight.api.config.Settings;

/**
 * How a planner is set up for a replay: as a run with this configuration sets it up.
 *
 * @param farsight the configuration, for the policies' own sections
 * @param lookAhead batches whose rows are known ahead
 * @param planned plans made ahead of the lane: how long evicted rows can be forwarded
 * @param regions parts of the cache
 * @param seed of the policies
 * @param countEvery of frequencies: one batch in so many is counted
 */
public record ReplaySettings(
    Settings farsight, int lookAhead, int planned, int regions, long seed, int countEvery) {

  /** What the configuration says. */
  public static ReplaySettings of(Settings farsight) {
    Settings cache = farsight.section("cache");
    Settings ahead = farsight.section("lookahead");
    return new ReplaySettings(
        farsight,
        ahead.integer("batches", 1, 100_000),
        ahead.integer("planned", 1, 1000),
        cache.integer("regions", 1, 64),
        farsight.section("train").longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        cache.section("statistics").integer("every", 1, 1 << 20));
  }

  public ReplaySettings withLookAhead(int batches) {
    return new ReplaySettings(farsight, batches, planned, regions, seed, countEvery);
  }

  int forwardWindow() {
    return planned + 2;
  }

  int batchesInUse() {
    return lookAhead + planned + 1;
  }

  Settings own(String policy) {
    return farsight.section("cache").section(policy);
  }
}
