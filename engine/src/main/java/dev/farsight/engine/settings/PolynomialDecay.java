package dev.farsight.engine.settings;

/**
 * A learning rate that falls to an end rate by a power of the steps left, and stays there.
 *
 * @param fromStep the last step with the full rate, counted from 0
 * @param steps steps from there to the end rate; 0: no decay
 * @param endRate the rate afterwards
 * @param power 1 for a linear decay
 */
record PolynomialDecay(long fromStep, long steps, double endRate, double power) {

  static PolynomialDecay of(PartSettings section, double initial) {
    var decay =
        new PolynomialDecay(
            section.longInteger("from-step", 0, Long.MAX_VALUE),
            section.longInteger("steps", 0, Long.MAX_VALUE),
            section.number("end-rate", 0, LearningRate.LARGEST),
            section.number("power", 0, 100));
    if (decay.steps > 0 && decay.endRate > initial) {
      throw section.bad("end-rate", "is above the learning rate, which is " + (float) initial);
    }
    return decay;
  }

  /** The rate of a step, counted from 0. The result has the same bits on every platform. */
  double at(long step, double rate) {
    if (steps == 0 || step <= fromStep) {
      return rate;
    }
    double left = Math.max(0, 1 - (double) (step - fromStep) / steps);
    return left == 0 ? endRate : endRate + (rate - endRate) * StrictMath.pow(left, power);
  }
}
