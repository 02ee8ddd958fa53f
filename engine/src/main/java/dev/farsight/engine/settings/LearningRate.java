package dev.farsight.engine.settings;

import dev.farsight.api.config.Settings;
import java.util.Arrays;

/**
 * The learning rate by step: an initial rate, multiplied by a factor at each of the given steps.
 *
 * @param initial the rate before the first change
 * @param atSteps the first step to which each factor applies, counted from 0; ascending
 * @param factors the factor for each of {@code atSteps}
 */
@SuppressWarnings("ArrayRecordComponent")
public record LearningRate(float initial, int[] atSteps, double[] factors) {

  public static LearningRate of(Settings optimizer) {
    float initial = (float) optimizer.number("learning-rate", 0, 1e6);
    Settings decay = optimizer.section("decay");
    int[] atSteps = decay.integers("at-step", 1, Integer.MAX_VALUE);
    double[] factors =
        decay.config().getDoubleList("factor").stream().mapToDouble(Double::doubleValue).toArray();
    int[] sorted = atSteps.clone();
    Arrays.sort(sorted);
    if (atSteps.length != factors.length) {
      throw decay.bad("factor", "must have one factor for each step of at-step");
    }
    if (!Arrays.equals(sorted, atSteps)) {
      throw decay.bad("at-step", "is not ascending");
    }
    return new LearningRate(initial, atSteps, factors);
  }

  /** The rate of a step. Steps are counted from 0. */
  public float at(long step) {
    double rate = initial;
    for (int i = 0; i < atSteps.length && step >= atSteps[i]; i++) {
      rate *= factors[i];
    }
    return (float) rate;
  }
}
