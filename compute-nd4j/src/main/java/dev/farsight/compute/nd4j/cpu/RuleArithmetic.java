package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.compute.UpdateRule;

/** An optimizer's arithmetic, as {@link OptimizerSpec} defines it, on small arrays. */
interface RuleArithmetic {

  /**
   * Updates dense weights.
   *
   * @param state of the optimizer by weight; anything where it has none
   */
  void dense(float[] weights, float[] state, float[] gradient, int count, float learningRate);

  /**
   * Updates a row, weights and state.
   *
   * @param stateWord where the state begins in the row
   */
  void row(float[] row, float[] gradient, int dim, int stateWord, float learningRate);

  /** The rule for a kind of optimizer. */
  static RuleArithmetic of(OptimizerSpec spec) {
    if (spec.rows() instanceof UpdateRule.RowwiseAdagrad rule) {
      return new RowwiseAdagrad(rule.eps());
    }
    return new Sgd();
  }

  /** {@code w -= lr g}. */
  final class Sgd implements RuleArithmetic {

    @Override
    public void dense(float[] w, float[] state, float[] g, int count, float learningRate) {
      for (int i = 0; i < count; i++) {
        w[i] -= learningRate * g[i];
      }
    }

    @Override
    public void row(float[] row, float[] g, int dim, int stateWord, float learningRate) {
      dense(row, null, g, dim, learningRate);
    }
  }

  /** Adagrad by element for dense weights; one accumulator a row, behind its weights, for rows. */
  final class RowwiseAdagrad implements RuleArithmetic {

    private final float eps;

    RowwiseAdagrad(float eps) {
      this.eps = eps;
    }

    @Override
    public void dense(float[] w, float[] s, float[] g, int count, float learningRate) {
      for (int i = 0; i < count; i++) {
        float sum = s[i] + g[i] * g[i];
        s[i] = sum;
        w[i] -= learningRate * g[i] / ((float) Math.sqrt(sum) + eps);
      }
    }

    @Override
    public void row(float[] row, float[] g, int dim, int stateWord, float learningRate) {
      float squares = 0;
      for (int d = 0; d < dim; d++) {
        squares += g[d] * g[d];
      }
      float sum = row[stateWord] + squares / dim;
      row[stateWord] = sum;
      float root = (float) Math.sqrt(sum) + eps;
      for (int d = 0; d < dim; d++) {
        row[d] -= learningRate * g[d] / root;
      }
    }
  }
}
