package dev.farsight.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DenseLawTest {

  @Test
  void countsAreSkewedSometimesMissingAndStandardiseToUnitVariance() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    var law = new DenseLaw(0.25);
    int draws = 200_000;
    var counts = new int[draws];
    int missing = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; i++) {
      int draw = law.draw(random.nextLong());
      counts[i] = law.count(draw);
      double x = counts[i] == DenseLaw.MISSING ? 0 : counts[i];
      assertThat(law.feature(draw)).isEqualTo((float) StrictMath.log(x + 2));
      missing += counts[i] == DenseLaw.MISSING ? 1 : 0;
      double standard = law.standard(law.feature(draw));
      sum += standard;
      squares += standard * standard;
    }
    int[] present = Arrays.stream(counts).filter(c -> c != DenseLaw.MISSING).sorted().toArray();
    assertThat((double) missing / draws).as("seed %d", seed).isCloseTo(0.25, within(0.006));
    assertThat(present[0]).isEqualTo(-1);
    assertThat(present[present.length / 2]).isEqualTo(3);
    assertThat(present[present.length - 1]).isBetween(150, 804);
    assertThat(sum / draws).as("seed %d", seed).isCloseTo(0, within(0.012));
    assertThat(squares / draws).as("seed %d", seed).isCloseTo(1, within(0.03));
  }
}
