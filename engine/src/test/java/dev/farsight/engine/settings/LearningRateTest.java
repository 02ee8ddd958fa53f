package dev.farsight.engine.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.config.FarsightConfig;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LearningRateTest {

  private static LearningRates rates(String... sets) {
    var farsight =
        FarsightConfig.defaults()
            .set(List.of(sets))
            .resolve(List.of(LearningRateTest.class.getClassLoader()));
    return LearningRates.of(Settings.of("farsight", farsight).section("optimizer"));
  }

  private static float[] first(LearningRate rate, int steps) {
    var values = new float[steps];
    for (int step = 0; step < steps; step++) {
      values[step] = rate.at(step, 0);
    }
    return values;
  }

  @Test
  void warmUpRisesLinearly() {
    LearningRates rates =
        rates("optimizer.learning-rate=2", "optimizer.warm-up={ steps = 4, start = 0.5 }");
    assertThat(first(rates.rows(), 6)).containsExactly(1, 1.25f, 1.5f, 1.75f, 2, 2);
    assertThat(first(rates("optimizer.warm-up.steps=2").dense(), 3)).containsExactly(0, .05f, .1f);
  }

  @Test
  void polynomialDecayFallsToItsEndAndStays() {
    LearningRates rates =
        rates(
            "optimizer.learning-rate=5",
            "optimizer.polynomial={ from-step = 2, steps = 4, end-rate = 1, power = 2 }");
    assertThat(first(rates.rows(), 8)).containsExactly(5, 5, 5, 3.25f, 2, 1.25f, 1, 1);
    assertThatThrownBy(() -> rates("optimizer.rows.polynomial={ steps = 4, end-rate = 1 }"))
        .hasMessageContaining(
            "optimizer.rows.polynomial.end-rate: 1 is above the learning rate, which is 0.1");
  }

  @Test
  void aPartCanHaveItsOwn() {
    LearningRates rates =
        rates(
            "optimizer.decay={ at-step = [2], factor = [0.5] }",
            "optimizer.rows={ learning-rate = 4, decay = { at-step = [], factor = [] } }",
            "optimizer.dense.warm-up.steps=2");
    assertThat(first(rates.rows(), 4)).containsExactly(4, 4, 4, 4);
    assertThat(first(rates.dense(), 4)).containsExactly(0, .05f, .05f, .05f);
  }

  @Test
  void stepsMustAscendAndHaveFactors() {
    assertThatThrownBy(() -> rates("optimizer.decay={ at-step = [5, 2], factor = [1, 1] }"))
        .hasMessageContaining("optimizer.decay.at-step: [5,2] is not ascending");
    assertThatThrownBy(() -> rates("optimizer.decay={ at-step = [5] }"))
        .hasMessageContaining("factor: [] (the default) must have one factor for each step");
    assertThatThrownBy(() -> rates("optimizer.rows.decay={ at-step = [5], factor = [x] }"))
        .hasMessageContaining("is not a list of numbers");
  }

  /** Against a loop over the steps, which knows no formula but ratios. */
  @Test
  void schedulesMultiply() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      int warmUp = random.nextInt(20);
      double start = random.nextInt(5) / 4.0;
      int from = random.nextInt(20);
      int length = random.nextInt(20);
      int at = 1 + random.nextInt(30);
      int reductions = random.nextInt(3);
      LearningRate rate =
          rates(
                  "optimizer.learning-rate=8",
                  "optimizer.warm-up={ steps = " + warmUp + ", start = " + start + " }",
                  "optimizer.decay={ at-step = [" + at + "], factor = [0.5] }",
                  "optimizer.plateau={ factor = 0.25, min-rate = 0.125 }",
                  "optimizer.polynomial={ steps = " + length + ", from-step = " + from + " }")
              .rows();
      for (int step = 0; step < 60; step++) {
        double expected = 8;
        for (int s = from; s < step && s < from + length; s++) {
          expected -= 8.0 / length;
        }
        expected *= step >= at ? 0.5 : 1;
        double floor = Math.min(expected, 0.125);
        for (int r = 0; r < reductions; r++) {
          expected *= 0.25;
        }
        expected = Math.max(expected, floor);
        if (step < warmUp) {
          double share = start;
          for (int s = 0; s < step; s++) {
            share += (1 - start) / warmUp;
          }
          expected *= share;
        }
        assertThat((double) rate.at(step, reductions))
            .as("seed %d, run %d, step %d", seed, i, step)
            .isCloseTo(expected, within(1e-5));
      }
    }
  }
}
