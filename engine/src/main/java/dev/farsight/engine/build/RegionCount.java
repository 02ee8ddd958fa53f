package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.RowShards;
import dev.farsight.engine.cache.CacheNeed;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.PlannerThreads;
import java.util.Locale;
import java.util.Map;

/**
 * How many regions a device's cache has: {@code cache.regions}, or if that is not set, as many as
 * the planner's threads plan side by side. Fewer if a batch has few rows, since each region costs a
 * hand-off between threads, or if the slots would not hold every batch, since a hash divides rows
 * unevenly.
 */
final class RegionCount {

  /** A region is worth a thread if it has so many rows of the largest batch. */
  private static final int LEAST_ROWS = 8192;

  private RegionCount() {}

  /**
   * @param ranks devices that divide the rows
   * @param shared slots of all ranks for tables without slots of their own
   */
  static int of(
      EngineSettings settings,
      CacheNeed need,
      Map<String, Long> ownSlots,
      long shared,
      int ranks,
      boolean columns) {
    int divided = columns ? 1 : ranks;
    int most = Math.max(1, RowShards.COUNT / divided);
    if (settings.regionsAreSet()) {
      if (settings.regions() > most) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "cache.regions = %d: with %d devices that divide the rows, at most %d are possible",
                settings.regions(),
                ranks,
                most));
      }
      return settings.regions();
    }
    // Their hosts may have different numbers of cores, and all of them have to divide rows alike.
    if (settings.processes() > 1) {
      return 1;
    }
    int planners = PlannerThreads.usual(settings.plannerThreads(ranks)).plan();
    long worthwhile = need.uniqueRows() / divided / LEAST_ROWS;
    int regions = (int) Math.max(1, Math.min(planners, worthwhile));
    while (regions > 1 && need.shared(ownSlots, divided * regions) > shared) {
      regions--;
    }
    return regions;
  }
}
