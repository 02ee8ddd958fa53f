package dev.farsight.bench.replay;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.RingRows;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.RowFormats;

/**
 * How a planner is set up for a replay: as a run with this configuration sets it up.
 *
 * @param farsight the configuration, for the policies' own sections
 * @param lookAhead batches whose rows are known ahead
 * @param planned plans made ahead of the lane: how long evicted rows can be forwarded
 * @param regions parts of the cache
 * @param seed of the policies
 * @param countEvery of frequencies: one batch in so many is counted
 * @param format of a row
 */
public record ReplaySettings(
    Settings farsight,
    int lookAhead,
    int planned,
    int regions,
    long seed,
    int countEvery,
    RowFormat format) {

  /**
   * What the configuration says.
   *
   * @param rowBytes of a row, or 0 for what the configuration says of that too
   */
  public static ReplaySettings of(Settings farsight, int rowBytes) {
    Settings cache = farsight.section("cache");
    requireSharedSlots(cache.section("tables"));
    Settings ahead = farsight.section("lookahead");
    return new ReplaySettings(
        farsight,
        ahead.integer("batches", 1, 100_000),
        ahead.integer("planned", 1, 1000),
        EngineSettings.regions(cache),
        farsight.section("train").longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        cache.section("statistics").integer("every", 1, 1 << 20),
        rowBytes == 0 ? RowFormats.of(farsight) : RowFormat.of(rowBytes / Float.BYTES, 0));
  }

  private static void requireSharedSlots(Settings tables) {
    for (String name : tables.config().root().keySet()) {
      if (tables.section(name).has("size")) {
        throw tables
            .section(name)
            .bad("size", "does not go with replays, whose tables share all slots; leave it out");
      }
    }
  }

  public ReplaySettings withLookAhead(int batches) {
    return new ReplaySettings(farsight, batches, planned, regions, seed, countEvery, format);
  }

  int ringRows(String ring, int largestPlan) {
    return RingRows.of(farsight, ring, largestPlan, format);
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
