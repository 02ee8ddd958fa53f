package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.testkit.cache.CachePolicyContract;
import dev.farsight.testkit.cache.PolicyHarness;
import dev.farsight.testkit.cache.RowBatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LfuPolicyTest extends CachePolicyContract {

  @Override
  protected CachePolicyFactory factory() {
    return new LfuPolicy.Factory();
  }

  @Nested
  class WithFixedHalfLifeAndNoGhosts extends CachePolicyContract {

    @Override
    protected CachePolicyFactory factory() {
      return new LfuPolicy.Factory();
    }

    @Override
    protected String settings() {
      return "half-life = 0.5, ghosts = 0";
    }

    @Test
    void settingsOutOfRangeAreNamed() {
      assertThatThrownBy(() -> policy(Integer.MAX_VALUE - 8, "ghosts = 64"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("farsight.cache.lfu.ghosts: 64 times");
      assertThatThrownBy(() -> policy(10, "half-life = soon"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(
              "farsight.cache.lfu.half-life: 'soon' is neither auto nor a number");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void countsSurviveEviction(boolean notes) {
    int maxNote = notes ? PolicyHarness.MAX_NOTE : 0;
    EvictedScores away = notes ? new ScoreNotes(maxNote) : new Ghosts(100);
    var policy = new LfuPolicy(new AgedCounts("lfu", 2, 1_000_000, away));
    var cache = new PolicyHarness("lfu", policy, 2, 0, maxNote);
    for (int i = 0; i < 5; i++) {
      cache.run(RowBatch.training(1));
    }
    cache.run(RowBatch.training(new long[] {2, 3}, new int[] {7, 7}));
    cache.run(RowBatch.training(1)); // 6 lookups, against 7 of the row that is left
    cache.run(RowBatch.training(4)); // 1 lookup
    assertThat(cache.resident(1)).isFalse();
    cache.run(RowBatch.training(new long[] {1}, new int[] {3})); // 9 lookups
    cache.run(RowBatch.training(5));
    assertThat(cache.resident(1)).isTrue();
  }

  @Test
  void evaluationTrainsNothing() {
    var cache =
        new PolicyHarness(
            "lfu", new LfuPolicy(new AgedCounts("lfu", 4, 1_000_000, new Ghosts(16))), 4);
    cache.run(RowBatch.training(new long[] {1, 2, 3}, new int[] {3, 2, 1}));
    for (int i = 0; i < 10; i++) {
      cache.run(RowBatch.evaluation(3, 100 + i));
    }
    // The row seen in evaluation goes first, and the order of the others is that of training.
    assertThat(cache.drain()).containsExactly(3, 2, 1, 0);
  }
}
