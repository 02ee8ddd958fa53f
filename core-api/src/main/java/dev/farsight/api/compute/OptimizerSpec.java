package dev.farsight.api.compute;

/**
 * How parameters are updated.
 *
 * @param rows the rule for embedding rows
 * @param dense the rule for dense parameters
 * @param freezeRows whether embedding rows stay as they are, so that only dense parameters learn
 */
public record OptimizerSpec(UpdateRule rows, UpdateRule dense, boolean freezeRows) {

  public OptimizerSpec {
    if (rows instanceof UpdateRule.Momentum) {
      throw new IllegalArgumentException("momentum is a rule for dense parameters only");
    }
  }

  /** One rule for all parameters. */
  public static OptimizerSpec of(UpdateRule rule) {
    return new OptimizerSpec(rule, rule, false);
  }

  /** One rule for all parameters, of which rows are not trained. */
  public static OptimizerSpec frozenRows(UpdateRule rule) {
    return new OptimizerSpec(rule, rule, true);
  }
}
