package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.UpdateRule;

/**
 * Adam: {@code m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= lr m / (1 -
 * beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)}. Both corrections of the bias are factors that are
 * made once a step.
 */
final class AdamRule implements ElementRule {

  private final UpdateRule.Adam rule;
  private final float eps;

  /** Learning rate, with the correction of the first moment. */
  private float rate;

  /** Correction of the root of the second moment. */
  private float rootFactor;

  AdamRule(UpdateRule.Adam rule) {
    this.rule = rule;
    this.eps = Math.max(rule.eps(), LEAST_DIVISOR);
  }

  @Override
  public void begin(float learningRate, long updates) {
    rate = learningRate * rule.rateFactor(updates);
    rootFactor = rule.rootFactor(updates);
  }

  @Override
  public void update(float[] w, float[][] state, float[] g, int count) {
    ElementRule.decay(rule.weightDecay(), w, g, count);
    moments(state[0], state[1], g, count, rule.beta1(), rule.beta2());
    move(w, state[0], state[1], count, rate, rootFactor, eps);
  }

  private static void moments(
      float[] m, float[] v, float[] g, int count, float beta1, float beta2) {
    float rest1 = 1 - beta1;
    float rest2 = 1 - beta2;
    for (int i = 0; i < count; i++) {
      m[i] = beta1 * m[i] + rest1 * g[i];
      v[i] = beta2 * v[i] + rest2 * (g[i] * g[i]);
    }
  }

  private static void move(
      float[] w, float[] m, float[] v, int count, float rate, float rootFactor, float eps) {
    for (int i = 0; i < count; i++) {
      w[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) * rootFactor + eps);
    }
  }
}
