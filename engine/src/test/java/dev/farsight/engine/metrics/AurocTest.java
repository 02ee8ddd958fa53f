package dev.farsight.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AurocTest {

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
    assertThat(Auroc.of(scores, labels, n))
        .as("seed %d", seed)
        .isCloseTo(right / pairs, within(1e-12));
  }

  @Test
  void isNotANumberWithoutBothClasses() {
    assertThat(Auroc.of(new float[] {1, 2}, new byte[] {1, 1}, 2)).isNaN();
    assertThat(Auroc.of(new float[0], new byte[0], 0)).isNaN();
  }
}
