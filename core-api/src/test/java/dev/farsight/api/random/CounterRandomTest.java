package dev.farsight.api.random;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.random.CounterRandom.Purpose;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CounterRandomTest {

  @Test
  void purposesSeedsAndCountersHaveKeysOfTheirOwn() {
    Set<Long> keys = new HashSet<>();
    for (Purpose purpose : Purpose.values()) {
      for (long seed : new long[] {0, 1, -1, 1L << 63}) {
        long key = CounterRandom.key(seed, purpose);
        for (long counter : new long[] {0, 1, 2, 1L << 32, -1}) {
          keys.add(CounterRandom.key(key, counter));
        }
      }
    }
    assertThat(keys).hasSize(Purpose.values().length * 4 * 5);
  }

  /** Every bit is set in half of the elements, and half of the steps to the next one. */
  @Test
  void bitsAreBalancedAlongElementsAndCounters() {
    int draws = 20_000;
    long key = CounterRandom.key(5, Purpose.DROPOUT);
    var set = new int[64];
    for (int i = 0; i < draws; i++) {
      int byElement = CounterRandom.bits(key, i);
      int byCounter = CounterRandom.bits(CounterRandom.key(key, i), 0);
      for (int b = 0; b < 32; b++) {
        set[b] += byElement >>> b & 1;
        set[32 + b] += byCounter >>> b & 1;
      }
    }
    for (int b = 0; b < 64; b++) {
      // Five standard deviations: sqrt(20,000) / 2 is 71.
      assertThat(set[b]).as("bit %d", b).isBetween(draws / 2 - 355, draws / 2 + 355);
    }
  }
}
