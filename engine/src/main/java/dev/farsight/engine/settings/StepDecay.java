package dev.farsight.engine.settings;

import com.typesafe.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.util.Arrays;

/**
 * A learning rate that is multiplied by a factor at each of the given steps.
 *
 * @param atSteps the first step to which each factor applies, counted from 0; ascending
 * @param factors the factor for each of {@code atSteps}
 */
@SuppressWarnings("ArrayRecordComponent")
record StepDecay(int[] atSteps, double[] factors) {

  static StepDecay of(PartSettings section) {
    int[] atSteps = section.of("at-step").integers("at-step", 1, Integer.MAX_VALUE);
    double[] factors = factors(section.of("factor"));
    int[] sorted = atSteps.clone();
    Arrays.sort(sorted);
    if (atSteps.length != factors.length) {
      throw section.bad("factor", "must have one factor for each step of at-step");
    }
    if (!Arrays.equals(sorted, atSteps)) {
      throw section.bad("at-step", "is not ascending");
    }
    return new StepDecay(atSteps, factors);
  }

  private static double[] factors(Settings section) {
    try {
      return section.config().getDoubleList("factor").stream()
          .mapToDouble(Double::doubleValue)
          .toArray();
    } catch (ConfigException e) {
      throw section.bad("factor", "is not a list of numbers");
    }
  }

  /** The rate of a step, counted from 0. */
  double at(long step, double rate) {
    double decayed = rate;
    for (int i = 0; i < atSteps.length && step >= atSteps[i]; i++) {
      decayed *= factors[i];
    }
    return decayed;
  }
}
