package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.testkit.cache.NaiveLru;
import dev.farsight.testkit.cache.PolicyHarness;
import dev.farsight.testkit.cache.PowerLawRows;
import dev.farsight.testkit.cache.RowBatch;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the choices of {@code lfu} are worth, on small worlds; all ratios are exact functions. */
class LfuQualityTest {

  private static LfuPolicy tuned(int slots) {
    return tuned(slots, new HalfLifeTuner(slots, 4));
  }

  private static LfuPolicy tuned(int slots, HalfLifeTuner tuner) {
    return new LfuPolicy(new AgedCounts("lfu", slots, 16, new Ghosts(4L * slots), tuner));
  }

  private static LfuPolicy fixed(int slots, int halfLife, int ghosts) {
    return new LfuPolicy(
        new AgedCounts("lfu", slots, (long) halfLife * slots, new Ghosts((long) ghosts * slots)));
  }

  private static double hits(LfuPolicy policy, int slots, List<RowBatch> batches) {
    var cache = new PolicyHarness("lfu", policy, slots);
    cache.run(batches);
    return cache.stats().uniqueHitRatio();
  }

  private static double lruHits(int slots, List<RowBatch> batches) {
    var lru = new NaiveLru(slots);
    double hits = batches.stream().mapToInt(lru::run).sum();
    return hits / batches.stream().mapToInt(RowBatch::size).sum();
  }

  @Test
  void steadyPopularityIsWorthMoreThanRecency() {
    var rows = PowerLawRows.kaggle(100, 1);
    int slots = (int) (rows.rows() / 100);
    var batches = rows.batches(32).limit(300).toList();
    double lru = lruHits(slots, batches);
    double tuned = hits(tuned(slots), slots, batches);
    assertThat(tuned).isGreaterThan(lru + .03);
    assertThat(tuned).isGreaterThan(hits(fixed(slots, 16, 0), slots, batches));
  }

  /** Rows of a window that moves on: what was popular never comes back. */
  private static List<RowBatch> moving(long seed, int width, int batches) {
    var random = new SplittableRandom(seed);
    return IntStream.range(0, batches)
        .mapToObj(b -> random.longs(4, 0, width).map(r -> b / 2 + r).distinct().toArray())
        .map(RowBatch::training)
        .toList();
  }

  @Test
  void theTunerFollowsPopularityThatMoves() {
    int slots = 300;
    var batches = moving(5, 500, 10_000);
    double lru = lruHits(slots, batches);
    assertThat(hits(tuned(slots), slots, batches)).isGreaterThan(lru - .01);
    assertThat(hits(fixed(slots, 64, 4), slots, batches)).isLessThan(lru - .03);
  }

  @Test
  void theTunerTakesALongMemoryWherePopularityStays() {
    int slots = 600;
    var tuner = new HalfLifeTuner(slots, 4);
    var cache = new PolicyHarness("lfu", tuned(slots, tuner), slots);
    cache.run(moving(5, 1000, 10_000));
    assertThat(tuner.halfLife()).isLessThanOrEqualTo(4L * slots);
    cache.run(PowerLawRows.kaggle(100, 1).batches(4).limit(1500).toList());
    assertThat(tuner.halfLife()).isGreaterThanOrEqualTo(16L * slots);
  }

  @Test
  void theTunerRestsMostOfTheTimeAndStillNoticesAChange() {
    int slots = 600;
    var tuner = new HalfLifeTuner(slots, 4);
    var cache = new PolicyHarness("lfu", tuned(slots, tuner), slots);
    var steady = PowerLawRows.kaggle(100, 1).batches(4).limit(4000).toList();
    long resting = 0;
    for (RowBatch batch : steady) {
      cache.run(List.of(batch));
      resting += tuner.rests() ? 1 : 0;
    }
    assertThat((double) resting / steady.size()).isBetween(.5, .8);
    assertThat(tuner.halfLife()).isGreaterThanOrEqualTo(16L * slots);

    cache.run(moving(5, 1000, 20_000));
    assertThat(tuner.halfLife()).isLessThanOrEqualTo(4L * slots);
  }
}
