package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.UpdateRule;

/** {@code m = momentum m + g; w -= lr m}, or with Nesterov's {@code g + momentum m} for m. */
final class MomentumRule implements ElementRule {

  private final UpdateRule.Momentum rule;
  private float learningRate;

  MomentumRule(UpdateRule.Momentum rule) {
    this.rule = rule;
  }

  @Override
  public void begin(float learningRate, long updates) {
    this.learningRate = learningRate;
  }

  @Override
  public void update(float[] w, float[][] state, float[] g, int count) {
    ElementRule.decay(rule.weightDecay(), w, g, count);
    if (rule.nesterov()) {
      nesterov(w, state[0], g, count);
    } else {
      heavyBall(w, state[0], g, count);
    }
  }

  private void heavyBall(float[] w, float[] m, float[] g, int count) {
    float momentum = rule.momentum();
    float rate = learningRate;
    for (int i = 0; i < count; i++) {
      float sum = momentum * m[i] + g[i];
      m[i] = sum;
      w[i] -= rate * sum;
    }
  }

  private void nesterov(float[] w, float[] m, float[] g, int count) {
    float momentum = rule.momentum();
    float rate = learningRate;
    for (int i = 0; i < count; i++) {
      float sum = momentum * m[i] + g[i];
      m[i] = sum;
      w[i] -= rate * (g[i] + momentum * sum);
    }
  }
}
