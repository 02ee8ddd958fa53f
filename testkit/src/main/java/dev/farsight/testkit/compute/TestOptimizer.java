package dev.farsight.testkit.compute;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.table.RowFormat;
import java.util.List;

/**
 * Optimizers that between them use every rule and every constant, for rows and dense parameters.
 */
public enum TestOptimizer {
  SGD(UpdateRule.sgd(), UpdateRule.sgd()),
  ROWWISE_ADAGRAD(UpdateRule.rowwiseAdagrad(), UpdateRule.rowwiseAdagrad()),
  ADAGRAD(new UpdateRule.Adagrad(.05f, .1f, 0), new UpdateRule.Adagrad(.05f, 0, .02f)),
  NESTEROV(new UpdateRule.Sgd(.01f), new UpdateRule.Momentum(.9f, true, .01f)),
  MOMENTUM(new UpdateRule.RowwiseAdagrad(.05f, .1f, .02f), new UpdateRule.Momentum(.7f, false, 0)),
  ADAM(new UpdateRule.Adam(.9f, .99f, .05f, 0), new UpdateRule.Adam(.8f, .999f, .05f, .01f)),
  FTRL(new UpdateRule.Ftrl(1, .001f, .01f, .1f), new UpdateRule.Ftrl(.5f, 0, .02f, 0)),
  ADAM_DENSE(new UpdateRule.Adagrad(.05f, 0, .02f), new UpdateRule.Adam(.9f, .99f, .05f, 0));

  // A record of records.
  @SuppressWarnings("ImmutableEnumChecker")
  private final OptimizerSpec spec;

  TestOptimizer(UpdateRule rows, UpdateRule dense) {
    this.spec = new OptimizerSpec(rows, dense, false);
  }

  /** For tests that run every model: one optimizer without state, one with. */
  static List<TestOptimizer> basic() {
    return List.of(SGD, ROWWISE_ADAGRAD);
  }

  public OptimizerSpec spec() {
    return spec;
  }

  /** With rows that are not trained. */
  public OptimizerSpec frozen() {
    return new OptimizerSpec(spec.rows(), spec.dense(), true);
  }

  /**
   * With an eps that smooths Adagrad: at first it moves a parameter by the learning rate in the
   * direction of its gradient, however small, whose sign a product of low precision may get wrong.
   */
  public OptimizerSpec smooth() {
    return this == ROWWISE_ADAGRAD
        ? OptimizerSpec.of(new UpdateRule.RowwiseAdagrad(.05f, 0, 0))
        : spec;
  }

  /** The format of float32 rows. */
  public RowFormat rowFormat(int dim) {
    return spec.rows().rowFormat(dim);
  }

  /** Whether a row stays as it is where its gradient is zero. */
  public boolean restsWithoutGradient() {
    return this == SGD || this == ROWWISE_ADAGRAD || this == ADAGRAD;
  }
}
