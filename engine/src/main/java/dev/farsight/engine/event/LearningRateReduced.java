package dev.farsight.engine.event;

/**
 * A learning rate was reduced because evaluations no longer improve. Changes that a schedule makes
 * from step to step are no events.
 *
 * @param step steps trained so far; the next step has the new rate
 * @param parameters what is trained at the rate
 * @param metric the metric that has not improved, as in the configuration
 * @param reductions reductions so far, this one included
 * @param learningRate the new learning rate
 */
public record LearningRateReduced(
    long step, Parameters parameters, String metric, int reductions, float learningRate) {

  /** The two kinds of parameters, which have a learning rate each. */
  public enum Parameters {
    /** The rows of the embedding tables. */
    ROWS,
    /** All others. */
    DENSE
  }
}
