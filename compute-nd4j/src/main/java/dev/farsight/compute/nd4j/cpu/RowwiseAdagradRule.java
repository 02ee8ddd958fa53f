package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.table.RowFormat;

/**
 * {@code s += mean over the row of g^2; w -= lr g / (sqrt(s) + eps)}, with one s a row. Where a
 * slot holds some columns of a row, the squares of the others have to be added in between.
 */
final class RowwiseAdagradRule implements RowRule {

  private final float eps;
  private final float weightDecay;
  private final int width;
  private final int dim;
  private final int stateWord;
  private float learningRate;

  /**
   * @param format of a slot
   * @param dim weights of a whole row
   */
  RowwiseAdagradRule(UpdateRule.RowwiseAdagrad rule, RowFormat format, int dim) {
    this.eps = Math.max(rule.eps(), ElementRule.LEAST_DIVISOR);
    this.weightDecay = rule.weightDecay();
    this.width = format.dim();
    this.dim = dim;
    this.stateWord = format.stateWord();
  }

  @Override
  public void begin(float learningRate, long updates) {
    this.learningRate = learningRate;
  }

  @Override
  public void update(float[] weights, float[] row, float[] g, float[][] parts) {
    update(weights, row, g, squares(weights, g));
  }

  /** Adds the decay of weights to their gradients; returns the sum of the squares of those. */
  float squares(float[] weights, float[] g) {
    ElementRule.decay(weightDecay, weights, g, width);
    float squares = 0;
    for (int d = 0; d < width; d++) {
      squares += g[d] * g[d];
    }
    return squares;
  }

  /**
   * Updates what a slot holds of a row.
   *
   * @param g as {@link #squares} has left it
   * @param squares of the whole row
   */
  void update(float[] weights, float[] row, float[] g, float squares) {
    float sum = row[stateWord] + squares / dim;
    row[stateWord] = sum;
    float rate = learningRate;
    float root = (float) Math.sqrt(sum) + eps;
    for (int d = 0; d < width; d++) {
      weights[d] -= rate * g[d] / root;
    }
  }
}
