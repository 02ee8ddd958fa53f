package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.UpdateRule;

/** {@code w -= lr g}. */
final class SgdRule implements ElementRule {

  private final float weightDecay;
  private float learningRate;

  SgdRule(UpdateRule.Sgd rule) {
    this.weightDecay = rule.weightDecay();
  }

  @Override
  public void begin(float learningRate, long updates) {
    this.learningRate = learningRate;
  }

  @Override
  public void update(float[] w, float[][] state, float[] g, int count) {
    ElementRule.decay(weightDecay, w, g, count);
    float rate = learningRate;
    for (int i = 0; i < count; i++) {
      w[i] -= rate * g[i];
    }
  }
}
