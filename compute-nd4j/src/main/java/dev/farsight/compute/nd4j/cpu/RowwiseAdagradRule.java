package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.table.RowFormat;

/** {@code s += mean over the row of g^2; w -= lr g / (sqrt(s) + eps)}, with one s a row. */
final class RowwiseAdagradRule implements RowRule {

  private final float eps;
  private final float weightDecay;
  private final int dim;
  private final int stateWord;
  private float learningRate;

  RowwiseAdagradRule(UpdateRule.RowwiseAdagrad rule, RowFormat format) {
    this.eps = Math.max(rule.eps(), ElementRule.LEAST_DIVISOR);
    this.weightDecay = rule.weightDecay();
    this.dim = format.dim();
    this.stateWord = format.stateWord();
  }

  @Override
  public void begin(float learningRate, long updates) {
    this.learningRate = learningRate;
  }

  @Override
  public void update(float[] weights, float[] row, float[] g, float[][] parts) {
    ElementRule.decay(weightDecay, weights, g, dim);
    float squares = 0;
    for (int d = 0; d < dim; d++) {
      squares += g[d] * g[d];
    }
    float sum = row[stateWord] + squares / dim;
    row[stateWord] = sum;
    float rate = learningRate;
    float root = (float) Math.sqrt(sum) + eps;
    for (int d = 0; d < dim; d++) {
      weights[d] -= rate * g[d] / root;
    }
  }
}
