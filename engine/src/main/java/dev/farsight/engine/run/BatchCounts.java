package dev.farsight.engine.run;

import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.pipeline.StepResults;

/** Counts a batch for the run as a whole. */
final class BatchCounts {

  private BatchCounts() {}

  /**
   * Adds the samples of all ranks, and what was asked of their caches. Where ranks have columns of
   * the same rows, their equal plans count once.
   */
  static void add(StepResults results, CacheCounters cache, TableCounters tables) {
    for (int rank = 0; rank < results.ranks(); rank++) {
      long lookups = results.batch(rank).lookups();
      tables.addLookups(results.batch(rank));
      if (rank < results.plans()) {
        cache.add(lookups, results.plan(rank));
        tables.add(results.requested(rank), results.plan(rank));
      } else {
        cache.addLookups(lookups);
      }
    }
  }
}
