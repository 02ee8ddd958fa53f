package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.UpdateRule;

/**
 * FTRL-Proximal: {@code k = n + g^2; z += g - (sqrt(k) - sqrt(n)) / lr w; n = k}, and then {@code w
 * = 0 if |z| <= l1, else -(z - sign(z) l1) / ((beta + sqrt(n)) / lr + l2)}.
 *
 * <p>The difference of the roots is computed as {@code g^2 / (sqrt(k) + sqrt(n))}, which does not
 * cancel where n is large.
 */
final class FtrlRule implements ElementRule {

  private final UpdateRule.Ftrl rule;
  private float learningRate;

  FtrlRule(UpdateRule.Ftrl rule) {
    this.rule = rule;
  }

  @Override
  public void begin(float learningRate, long updates) {
    this.learningRate = learningRate;
  }

  @Override
  public void update(float[] w, float[][] state, float[] g, int count) {
    if (learningRate != 0) {
      accumulate(w, state[0], state[1], g, count);
      derive(w, state[0], state[1], count);
    }
  }

  private void accumulate(float[] w, float[] z, float[] n, float[] g, int count) {
    float inverseRate = 1 / learningRate;
    for (int i = 0; i < count; i++) {
      float square = g[i] * g[i];
      float sum = n[i] + square;
      float roots = (float) Math.sqrt(sum) + (float) Math.sqrt(n[i]) + LEAST_DIVISOR;
      z[i] += g[i] - square / roots * inverseRate * w[i];
      n[i] = sum;
    }
  }

  /** Weights follow from the state alone. */
  private void derive(float[] w, float[] z, float[] n, int count) {
    float inverseRate = 1 / learningRate;
    float beta = rule.beta();
    float l1 = rule.l1();
    float l2 = rule.l2() + LEAST_DIVISOR;
    for (int i = 0; i < count; i++) {
      float within = Math.max(-l1, Math.min(l1, z[i]));
      float slope = (beta + (float) Math.sqrt(n[i])) * inverseRate + l2;
      w[i] = (within - z[i]) / slope;
    }
  }
}
