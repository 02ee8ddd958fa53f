package dev.farsight.compute.nd4j.cpu;

/** {@code s += g^2; w -= lr g / (sqrt(s) + eps)}. */
final class AdagradRule implements ElementRule {

  private final float eps;
  private final float weightDecay;
  private float learningRate;

  AdagradRule(float eps, float weightDecay) {
    this.eps = Math.max(eps, LEAST_DIVISOR);
    this.weightDecay = weightDecay;
  }

  @Override
  public void begin(float learningRate, long updates) {
    this.learningRate = learningRate;
  }

  @Override
  public void update(float[] w, float[][] state, float[] g, int count) {
    ElementRule.decay(weightDecay, w, g, count);
    accumulate(w, state[0], g, count, learningRate, eps);
  }

  private static void accumulate(
      float[] w, float[] s, float[] g, int count, float rate, float eps) {
    for (int i = 0; i < count; i++) {
      float sum = s[i] + g[i] * g[i];
      s[i] = sum;
      w[i] -= rate * g[i] / ((float) Math.sqrt(sum) + eps);
    }
  }
}
