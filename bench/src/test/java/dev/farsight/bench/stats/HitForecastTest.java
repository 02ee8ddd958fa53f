package dev.farsight.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import dev.farsight.bench.stats.ExpectedHits.OfSize;
import dev.farsight.engine.config.FarsightConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expected hits, and those of real runs. */
class HitForecastTest {

  private static final int SLOTS = 900;
  private static final int BATCH = 64;
  private static final int SAMPLES = 64 * 120;

  private static final String CONF =
      """
      data {
        source = synthetic, batch-size = 64, eval-fraction = 0
        synthetic { rows = 7680, cardinalities = [50, 4000, 2000, 30], zipf = 1.05 }
      }
      model { embedding-dim = 4, dlrm { bottom-mlp = [4], top-mlp = [4] }, save = false }
      cache { size = "900 rows" }
      compute.threads = 1
      """;

  @TempDir private Path folder;
  private int runs;

  private Config run(FarsightConfig config, String... sets) {
    return StatsFixture.train(folder.resolve("run" + runs++), config, sets);
  }

  private static OfSize expected(StatsRun run, int batches) {
    return run.run(List.of(SLOTS + " rows"), batches).expected().sizes().get(0);
  }

  @Test
  void ofAllRowsTheyAreThoseOfTheRun() throws IOException {
    FarsightConfig config = StatsFixture.config(folder, CONF);
    for (int batches : new int[] {40, 1000}) {
      Config cache = run(config, "train.max-steps=" + batches).getConfig("cache");
      OfSize expected = expected(StatsFixture.run(config), batches);
      assertThat(expected.lfu().lookups()).isCloseTo(cache.getDouble("hit_ratio"), within(1e-12));
      assertThat(expected.lfu().uniqueRows())
          .isCloseTo(cache.getDouble("unique_hit_ratio"), within(1e-12));
      assertThat(expected.clairvoyant().uniqueRows()).isGreaterThan(expected.lfu().uniqueRows());
    }
  }

  /**
   * Of a sample of rows, misses are off by chance. Each row is taken with probability r, so the
   * variance of the estimated misses is (1 - r) / r times the sum of m^2 over rows with m misses
   * each; that is at most the misses times the most that a row has. A row that misses is not one of
   * the most frequent, which stay: it occurs about as often as the first one without a slot, at
   * most.
   */
  @Test
  void ofASampleTheyAreNear() throws IOException {
    FarsightConfig config = StatsFixture.config(folder, CONF);
    Config cache = run(config).getConfig("cache");
    StatsRun sampled = StatsFixture.run(config).keeping(4 * SAMPLES / 2);
    DataStats stats = sampled.run(List.of(SLOTS + " rows"), 1000);
    double rate = stats.expected().rowShare();
    assertThat(rate).isCloseTo(.5, within(.01));
    var all = new ArrayList<CountHistogram>();
    for (int table = 0; table < 4; table++) {
      all.add(CountHistogram.of(stats.counts().ofTable(table)));
    }
    long mostMisses = 2 * CountHistogram.of(all).countAt(SLOTS);
    double misses = 4 * SAMPLES * (1 - cache.getDouble("hit_ratio"));
    double deviation = Math.sqrt((1 - rate) / rate * misses * mostMisses) / (4 * SAMPLES);
    assertThat(deviation).as("the test means something").isLessThan(.02);
    assertThat(stats.expected().sizes().get(0).lfu().lookups())
        .isCloseTo(cache.getDouble("hit_ratio"), within(4 * deviation));
  }

  /**
   * A run that begins with the most frequent rows and keeps the most frequent hits about so much.
   */
  @Test
  void theMostFrequentRowsHitWhatIsTold() throws IOException {
    FarsightConfig config = StatsFixture.config(folder, CONF);
    Config cache = run(config, "cache.policy=frequency", "cache.warm-up=1").getConfig("cache");
    OfSize expected = expected(StatsFixture.run(config), 0);
    // A batch has slots for its other rows too, which the expectation does not count.
    double batch = 4.0 * BATCH / SLOTS;
    assertThat(cache.getDouble("hit_ratio"))
        .isLessThan(expected.mostFrequent().lookups() + .01)
        .isGreaterThan(expected.mostFrequent().lookups() * (1 - batch));
    assertThat(cache.getDouble("unique_hit_ratio"))
        .isLessThan(expected.mostFrequent().uniqueRows() + .02)
        .isGreaterThan(expected.mostFrequent().uniqueRows() * (1 - batch));
  }
}
