package dev.farsight.cache.lru;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.testkit.cache.CachePolicyContract;
import dev.farsight.testkit.cache.NaiveLru;
import dev.farsight.testkit.cache.PolicyHarness;
import dev.farsight.testkit.cache.RowBatch;
import dev.farsight.testkit.cache.Workload;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LruPolicyTest extends CachePolicyContract {

  @Override
  protected CachePolicyFactory factory() {
    return new LruPolicy.Factory();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64, 300})
  void holdsTheSameRowsAsANaiveLru(int slots) {
    for (long seed = 1; seed <= 5; seed++) {
      var workload = new Workload(seed, 3 * slots, 1);
      var naive = new NaiveLru(slots);
      var cache = new PolicyHarness("lru", policy(slots), slots);
      for (RowBatch batch : workload.mixedBatches(200, slots)) {
        cache.run(batch);
        naive.run(batch);
        assertThat(cache.residentRows())
            .as("seed %d", seed)
            .containsExactlyInAnyOrder(longs(naive.rows()));
      }
    }
  }

  @Test
  void theOrderOfUseWithinABatchIsTheOrderOfItsRows() {
    var cache = new PolicyHarness("lru", policy(4), 4);
    cache.run(RowBatch.training(10, 11, 12, 13));
    cache.run(RowBatch.training(12, 10));
    cache.run(RowBatch.training(20, 11, 21));
    // Rows 13 and 12 had to go; 10 was used after 12, then 11 as a hit before 20 and 21 came.
    assertThat(cache.drain()).containsExactly(0, 1, 2, 3);
  }

  private static long[] longs(Set<Long> rows) {
    return rows.stream().mapToLong(Long::longValue).toArray();
  }
}
