package dev.farsight.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ExactMomentsTest {

  private static ExactMoments of(float... values) {
    var moments = new ExactMoments();
    for (float value : values) {
      moments.add(value);
    }
    return moments;
  }

  @Test
  void smallNumbers() {
    assertThat(of(1, 2, 3, 6).mean()).isEqualTo(3);
    assertThat(of(1, 2, 3, 6).deviation()).isEqualTo(Math.sqrt(14 / 4.0));
    assertThat(of(-5).mean()).isEqualTo(-5);
    assertThat(of(-5).deviation()).isZero();
    assertThat(of().mean()).isZero();
    assertThat(of().deviation()).isZero();
  }

  /** Added up in double, the ones would be lost. */
  @Test
  void nothingIsLostBesideLargeNumbers() {
    assertThat(of(1e30f, 1, 1, -1e30f).mean()).isEqualTo(0.5);
    assertThat(of(Float.MAX_VALUE, Float.MAX_VALUE).mean()).isEqualTo(Float.MAX_VALUE);
    assertThat(of(Float.MIN_VALUE, Float.MIN_VALUE).mean()).isEqualTo(Float.MIN_VALUE);
    assertThat(of(Float.MIN_VALUE, -Float.MIN_VALUE).deviation()).isEqualTo(Float.MIN_VALUE);
  }

  @Test
  void valuesThatAreNotFiniteLeaveNoFigures() {
    assertThat(of(1, Float.POSITIVE_INFINITY).mean()).isNaN();
    assertThat(of(1, Float.NaN).deviation()).isNaN();
  }

  @Test
  void theOrderAndWhoAddsDoNotMatter() {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var parts = new ExactMoments[] {new ExactMoments(), new ExactMoments(), new ExactMoments()};
    float[] values = new float[5_000];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8) - 4));
      sum += values[i];
      parts[random.nextInt(3)].add(values[i]);
    }
    parts[2].add(parts[0]);
    parts[2].add(parts[1]);
    ExactMoments whole = of(values);

    assertThat(parts[2].mean()).as("seed %d", seed).isEqualTo(whole.mean());
    assertThat(parts[2].deviation()).as("seed %d", seed).isEqualTo(whole.deviation());
    double mean = sum / values.length;
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / values.length);
    assertThat(whole.mean()).as("seed %d", seed).isCloseTo(mean, within(deviation * 1e-10));
    assertThat(whole.deviation())
        .as("seed %d", seed)
        .isCloseTo(deviation, within(deviation * 1e-10));
  }
}
