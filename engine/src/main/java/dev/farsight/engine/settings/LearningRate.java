package dev.farsight.engine.settings;

/**
 * The learning rate of rows or of dense parameters, as a function of the step and of how often
 * evaluations have reduced it:
 *
 * <pre>
 * rate = warm-up(plateau(decay(polynomial(initial))))
 * </pre>
 *
 * Each is left out unless it is set. Computed as double, rounded to float once.
 *
 * @param initial the rate before any change
 */
public record LearningRate(
    float initial, PolynomialDecay polynomial, StepDecay decay, Plateau plateau, WarmUp warmUp) {

  static final double LARGEST = 1e6;

  static LearningRate of(PartSettings optimizer) {
    float initial = optimizer.real("learning-rate", 0, LARGEST);
    return new LearningRate(
        initial,
        PolynomialDecay.of(optimizer.section("polynomial"), initial),
        StepDecay.of(optimizer.section("decay")),
        Plateau.of(optimizer.section("plateau")),
        WarmUp.of(optimizer.section("warm-up")));
  }

  /**
   * The rate of a step.
   *
   * @param step counted from 0
   * @param reductions how often the plateau has reduced it
   */
  public float at(long step, int reductions) {
    double decayed = decay.at(step, polynomial.at(step, initial));
    return (float) warmUp.at(step, plateau.at(reductions, decayed));
  }
}
