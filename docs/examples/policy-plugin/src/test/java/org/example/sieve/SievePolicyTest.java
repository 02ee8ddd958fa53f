package org.example.sieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.testkit.cache.CachePolicyContract;
import dev.farsight.testkit.cache.PolicyHarness;
import dev.farsight.testkit.cache.RowBatch;
import dev.farsight.testkit.cache.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of all policies, and what makes this one SIEVE. */
class SievePolicyTest extends CachePolicyContract {

  @Override
  protected CachePolicyFactory factory() {
    return new SievePolicy.Factory();
  }

  @Nested
  class WithMoreChances extends CachePolicyContract {

    @Override
    protected CachePolicyFactory factory() {
      return new SievePolicy.Factory();
    }

    @Override
    protected String settings() {
      return "chances = 3";
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64, 300})
  void holdsTheSameRowsAsANaiveSieve(int slots) {
    for (long seed = 1; seed <= 5; seed++) {
      var naive = new NaiveSieve(slots);
      var cache = new PolicyHarness("sieve", policy(slots), slots);
      for (RowBatch batch : new Workload(seed, 3 * slots, 1).batches(200, slots)) {
        cache.run(batch);
        naive.run(batch.rows());
        assertThat(cache.residentRows())
            .as("seed %d", seed)
            .containsExactlyInAnyOrder(naive.rows());
      }
    }
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatThrownBy(() -> policy(8, "chances = 101"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.cache.sieve.chances: 101 is not a whole number");
  }

  /** Lists and sets, and batches as the engine plans them: a batch's own rows are no victims. */
  private static final class NaiveSieve {

    private final int slots;
    private final List<Long> queue = new ArrayList<>(); // oldest first
    private final Set<Long> visited = new HashSet<>();
    private int hand;

    NaiveSieve(int slots) {
      this.slots = slots;
    }

    void run(long[] batch) {
      List<Long> rows = Arrays.stream(batch).boxed().toList();
      List<Long> missing = new ArrayList<>(rows);
      missing.removeAll(queue);
      rows.stream().filter(queue::contains).forEach(visited::add);
      while (queue.size() + missing.size() > slots) {
        long row = queue.get(hand);
        if (visited.remove(row) || rows.contains(row)) {
          hand++;
        } else {
          queue.remove(hand);
        }
        hand = hand < queue.size() ? hand : 0;
      }
      queue.addAll(missing);
    }

    long[] rows() {
      return queue.stream().mapToLong(Long::longValue).toArray();
    }
  }
}
