package dev.farsight.bench.stats;

import java.util.List;

/**
 * The hit ratios to expect of caches of some sizes.
 *
 * @param batches replayed, the first ones of training; 0 if none were
 * @param batchSize samples of a batch
 * @param rowShare share of the rows that took part in the replays; 1: figures are exact
 */
public record ExpectedHits(long batches, int batchSize, double rowShare, List<OfSize> sizes) {

  public ExpectedHits {
    sizes = List.copyOf(sizes);
  }

  /**
   * Shares of what hits.
   *
   * @param lookups as {@code hit_ratio} of a run
   * @param uniqueRows as {@code unique_hit_ratio} of a run
   */
  public record Ratios(double lookups, double uniqueRows) {}

  /**
   * A cache size.
   *
   * @param mostFrequent if the most frequent rows of the whole training part always stayed: without
   *     knowledge of the future no policy has more in the long run, if lookups are independent
   *     draws
   * @param lfu the policy, in the batches replayed, from an empty cache; null if they were not
   *     replayed, or do not fit
   * @param clairvoyant the most that any policy can have in these batches; null as {@code lfu}
   */
  public record OfSize(
      String size, int slots, Ratios mostFrequent, Ratios lfu, Ratios clairvoyant) {}
}
