package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.cache.SlotBatch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Holds {@link LfuPolicy} against counts that decay exactly, in doubles. */
class LfuExactnessTest {

  private static final double CLASS = 1.0 / 16; // octaves
  private static final double ROUNDING = 1e-3;

  /** Decayed counts by slot, all of them decayed at every step; negative where free. */
  private static final class Oracle {

    private final double[] counts;
    private final double halfLife;

    Oracle(int slots, double halfLife) {
      this.halfLife = halfLife;
      counts = new double[slots];
      Arrays.fill(counts, -1);
    }

    void add(SlotBatch rows) {
      int counted = 0;
      for (int i = 0; i < rows.count(); i++) {
        int slot = rows.slots()[i];
        counts[slot] = Math.max(0, counts[slot]) + rows.occurrences()[i];
        counted += rows.occurrences()[i] > 0 ? 1 : 0;
      }
      for (int slot = 0; slot < counts.length; slot++) {
        counts[slot] *= Math.pow(.5, counted / halfLife);
      }
    }

    double leastOf(Set<Integer> pinned) {
      return slots(true)
          .filter(slot -> !pinned.contains(slot))
          .mapToDouble(slot -> counts[slot])
          .min()
          .orElseThrow();
    }

    IntStream slots(boolean resident) {
      return IntStream.range(0, counts.length).filter(slot -> counts[slot] >= 0 == resident);
    }
  }

  @Test
  void everyVictimIsTheLowestToWithinAClass() {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new SplittableRandom(seed);
      int slots = 1 + random.nextInt(100);
      int halfLife = 16 + random.nextInt(20 * slots);
      var policy = new LfuPolicy(new AgedCounts("lfu", slots, halfLife, new Ghosts(0)));
      var oracle = new Oracle(slots, halfLife);
      long row = 0;
      for (int step = 0; step < 400; step++) {
        var hits = new SlotBatch(slots);
        int mood = random.nextInt(6);
        oracle
            .slots(true)
            .filter(slot -> random.nextInt(slots) < slots / (1 + slot % 8))
            .filter(slot -> random.nextInt(3) == 0)
            .forEach(slot -> hits.add(slot, slot, mood == 0 ? 0 : 1 + slot % 5, SlotBatch.UNKNOWN));
        policy.hit(hits);
        oracle.add(hits);

        Set<Integer> pinned = new HashSet<>();
        Arrays.stream(hits.slots()).limit(hits.count()).forEach(pinned::add);
        int evictable = (int) oracle.slots(true).filter(slot -> !pinned.contains(slot)).count();
        int wanted = random.nextInt(evictable + 1);
        int[] victims = new int[slots];
        assertThat(policy.victims(wanted, pinned::contains, victims)).isEqualTo(wanted);
        var evicted = new SlotBatch(slots);
        for (int i = 0; i < wanted; i++) {
          double chosen = oracle.counts[victims[i]];
          assertThat(chosen)
              .as("seed %d, step %d, victim %d", seed, step, i)
              .isBetween(0.0, oracle.leastOf(pinned) * Math.pow(2, CLASS) * (1 + ROUNDING));
          oracle.counts[victims[i]] = -1;
          evicted.add(victims[i], victims[i], 0, SlotBatch.UNKNOWN);
        }
        policy.evicted(evicted);

        var admitted = new SlotBatch(slots);
        for (int slot : oracle.slots(false).filter(s -> random.nextBoolean()).toArray()) {
          admitted.add(slot, row++, random.nextInt(4), SlotBatch.UNKNOWN);
        }
        policy.admit(admitted);
        oracle.add(admitted);
        policy.checkInvariants();
      }
    }
  }
}
