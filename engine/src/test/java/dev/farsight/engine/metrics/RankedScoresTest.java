package dev.farsight.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankedScoresTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void isTheShareOfPairsInTheRightOrder(long seed) {
    var random = new Random(seed);
    int n = 2 + random.nextInt(400);
    int levels = seed % 2 == 0 ? 5 : 1_000_000;
    var scores = new float[n + 3];
    var labels = new byte[n + 3];
    for (int i = 0; i < n; i++) {
      labels[i] = (byte) (i < 2 ? i : random.nextInt(2));
      scores[i] = (random.nextInt(levels) - levels / 2f + labels[i]) / levels;
    }
    scores[0] = -0f;
    scores[1] = 0f;
    double right = 0;
    long pairs = 0;
    for (int p = 0; p < n; p++) {
      for (int q = 0; q < n; q++) {
        if (labels[p] == 1 && labels[q] == 0) {
          pairs++;
          right += scores[p] > scores[q] ? 1 : scores[p] == scores[q] ? .5 : 0;
        }
      }
    }
    assertThat(of(scores, labels, n)).as("seed %d", seed).isCloseTo(right / pairs, within(1e-12));
  }

  private static double of(float[] scores, byte[] labels, int count) {
    var scored = new RankedScores();
    for (int i = 0; i < count; i++) {
      scored.add(scores[i], labels[i] == 1);
    }
    return scored.areas().auroc();
  }

  /** Straight from the words: for each positive, who of those at or above it is positive. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void averagePrecisionIsThatOfEachPositive(long seed) {
    var random = new Random(seed);
    int n = 1 + random.nextInt(300);
    int levels = seed % 2 == 0 ? 5 : 1_000_000;
    var scores = new float[n];
    var labels = new byte[n];
    for (int i = 0; i < n; i++) {
      labels[i] = (byte) (i == 0 ? 1 : random.nextInt(2));
      scores[i] = random.nextInt(levels) + labels[i] * levels / 3f;
    }
    double sum = 0;
    int positives = 0;
    for (int p = 0; p < n; p++) {
      int above = 0;
      int positivesAbove = 0;
      for (int q = 0; q < n; q++) {
        above += scores[q] >= scores[p] ? 1 : 0;
        positivesAbove += scores[q] >= scores[p] ? labels[q] : 0;
      }
      sum += labels[p] == 1 ? (double) positivesAbove / above : 0;
      positives += labels[p];
    }
    var scored = new RankedScores();
    for (int i = 0; i < n; i++) {
      scored.add(scores[i], labels[i] == 1);
    }
    assertThat(scored.areas().auprc())
        .as("seed %d", seed)
        .isCloseTo(sum / positives, within(1e-12));
  }

  /** So many that they fill several chunks, compared with one sort of all. */
  @ParameterizedTest
  @ValueSource(ints = {5, 1 << 24})
  void manyScoresAreRankedAsBySortingThemAll(int levels) {
    int n = 5_000_000;
    var random = new Random(levels);
    var scored = new RankedScores();
    var ranked = new long[n];
    for (int i = 0; i < n; i++) {
      boolean positive = random.nextInt(3) == 0;
      float score = (random.nextInt(levels) + (positive ? levels / 7 : 0)) - levels / 2;
      scored.add(score, positive);
      // Such scores are whole numbers: ranked by score, then by class.
      ranked[i] = ((long) score << 1) | (positive ? 1 : 0);
    }
    Arrays.sort(ranked);
    long negatives = 0;
    long positives = 0;
    double pairs = 0;
    for (int from = 0, to = 0; from < n; from = to) {
      long groupPositives = 0;
      while (to < n && ranked[to] >> 1 == ranked[from] >> 1) {
        groupPositives += ranked[to++] & 1;
      }
      long groupNegatives = to - from - groupPositives;
      pairs += groupPositives * (negatives + groupNegatives / 2.0);
      negatives += groupNegatives;
      positives += groupPositives;
    }
    assertThat(scored.areas().auroc()).isEqualTo(pairs / ((double) positives * negatives));
  }

  @Test
  void isNotANumberWithoutBothClasses() {
    assertThat(of(new float[] {1, 2}, new byte[] {1, 1}, 2)).isNaN();
    assertThat(of(new float[0], new byte[0], 0)).isNaN();
    var negatives = new RankedScores();
    negatives.add(1, false);
    assertThat(negatives.areas().auprc()).isNaN();
  }
}
