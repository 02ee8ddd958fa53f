package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScoresTest {

  private static final double UNIT = 1 << Scores.POINT;

  /** How many lookups a score stands for, decayed until now. */
  private static double count(Scores scores, long score) {
    return Math.pow(2, (score - scores.now()) / UNIT);
  }

  @Test
  void countsLookupsWhileNoTimePasses() {
    var scores = new Scores(1000);
    long score = Scores.NONE;
    for (int lookups = 1; lookups <= 1000; lookups++) {
      score = scores.plus(score, 1);
      assertThat(count(scores, score)).isCloseTo(lookups, within(lookups * 1e-3));
    }
  }

  @Test
  void takesManyLookupsAtOnce() {
    var scores = new Scores(1000);
    for (int lookups : new int[] {1, 2, 3, 7, 1000, 1023, 1025, 123_456_789, Integer.MAX_VALUE}) {
      long score = scores.plus(Scores.NONE, lookups);
      assertThat(count(scores, score)).isCloseTo(lookups, within(lookups * 1e-3));
    }
  }

  @Test
  void agreesWithExactDecay() {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new SplittableRandom(seed);
      int halfLife = 16 + random.nextInt(5000);
      var scores = new Scores(halfLife);
      long score = Scores.NONE;
      double exact = 0;
      for (int i = 0; i < 2000; i++) {
        int passed = random.nextInt(3) == 0 ? random.nextInt(halfLife) : random.nextInt(4);
        scores.planned(passed);
        exact *= Math.pow(.5, (double) passed / halfLife);
        int lookups = 1 + random.nextInt(1 + random.nextInt(50));
        score = scores.plus(score, lookups);
        exact += lookups;
        assertThat(count(scores, score))
            .as("seed %d, step %d", seed, i)
            .isCloseTo(exact, within(exact * 1e-3));
      }
    }
  }

  @Test
  void timeLosesNoRowHoweverItPasses() {
    var slowly = new Scores(777);
    var fast = new Scores(777);
    for (int i = 0; i < 100_000; i++) {
      slowly.planned(1);
    }
    fast.planned(100_000);
    assertThat(slowly.now()).isEqualTo(fast.now()).isEqualTo((100_000L << Scores.POINT) / 777);
  }

  @Test
  void ageingGoesOnAfterExtremelyLongRuns() {
    var scores = new Scores(1000);
    for (int i = 0; i < 1_000_000; i++) {
      scores.planned(Integer.MAX_VALUE); // 2^51 rows in all
    }
    long before = scores.plus(Scores.NONE, 8);
    scores.planned(3000);
    long now = scores.plus(Scores.NONE, 1);
    assertThat((before - now) / UNIT).isCloseTo(0, within(1e-3));
    assertThat(count(scores, scores.plus(before, 1))).isCloseTo(2, within(1e-2));
  }
}
