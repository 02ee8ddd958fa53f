package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;

/**
 * Mean binary cross-entropy of the logits: {@code max(z,0) - z y + log1p(exp(-|z|))}, in double,
 * summed by tile and then in tile order. If samples have weights w, the mean is {@code sum(w loss)
 * / sum(w)}.
 */
final class Loss {

  private final Value logits;
  private final double[] sums;

  /**
   * What the sum is divided by: the number of samples, or the sum of their weights; of all ranks.
   */
  private double divisor;

  Loss(Value logits, int tiles) {
    this.logits = logits;
    this.sums = new double[tiles];
  }

  /** Begins a batch. Called before its tiles, by one thread. */
  void begin(StepInput input) {
    var batch = input.batch();
    if (input.exchange() != null) {
      divisor = input.exchange().divisor();
      return;
    }
    divisor = batch.samples();
    var weights = batch.weights();
    if (weights != null) {
      divisor = 0;
      for (int s = 0; s < batch.samples(); s++) {
        divisor += weights.get(s);
      }
    }
  }

  /** Sums the tile's losses. */
  void forward(Tile tile) {
    var z = logits.output().floats();
    var labels = tile.input().batch().labels();
    var weights = tile.input().batch().weights();
    double sum = 0;
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      double logit = z.get(s);
      double loss =
          Math.max(logit, 0) - logit * labels.get(s) + Math.log1p(Math.exp(-Math.abs(logit)));
      sum += weights == null ? loss : weights.get(s) * loss;
    }
    sums[tile.index] = sum;
  }

  /** The logits' gradient: {@code (sigmoid(z) - y) / n}, or {@code w (sigmoid(z) - y) / sum(w)}. */
  void backward(Tile tile) {
    if (logits.gradient() == null) {
      return;
    }
    var z = logits.output().floats();
    var gradient = logits.gradient().floats();
    var labels = tile.input().batch().labels();
    var weights = tile.input().batch().weights();
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      double sigmoid = 1 / (1 + Math.exp(-z.get(s)));
      double each = sigmoid - labels.get(s);
      gradient.put(s, (float) ((weights == null ? each : weights.get(s) * each) / divisor));
    }
  }

  /** The batch's mean loss, or this rank's part of it, once all its tiles are summed. */
  float mean(int tiles) {
    double sum = 0;
    for (int t = 0; t < tiles; t++) {
      sum += sums[t];
    }
    return (float) (sum / divisor);
  }
}
