package dev.farsight.compute.nd4j.cpu;

/**
 * Mean binary cross-entropy of the logits: {@code max(z,0) - z y + log1p(exp(-|z|))}, in double,
 * summed by tile and then in tile order.
 */
final class Loss {

  private final Value logits;
  private final double[] sums;

  Loss(Value logits, int tiles) {
    this.logits = logits;
    this.sums = new double[tiles];
  }

  /** Sums the tile's losses. */
  void forward(Tile tile) {
    var z = logits.output().floats();
    var labels = tile.input().batch().labels();
    double sum = 0;
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      double logit = z.get(s);
      sum += Math.max(logit, 0) - logit * labels.get(s) + Math.log1p(Math.exp(-Math.abs(logit)));
    }
    sums[tile.index] = sum;
  }

  /** The logits' gradient, {@code (sigmoid(z) - y) / n}. */
  void backward(Tile tile) {
    if (logits.gradient() == null) {
      return;
    }
    var z = logits.output().floats();
    var gradient = logits.gradient().floats();
    var labels = tile.input().batch().labels();
    double samples = tile.input().batch().samples();
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      double sigmoid = 1 / (1 + Math.exp(-z.get(s)));
      gradient.put(s, (float) ((sigmoid - labels.get(s)) / samples));
    }
  }

  /** The batch's mean loss, once all its tiles are summed. */
  float mean(int tiles, int samples) {
    double sum = 0;
    for (int t = 0; t < tiles; t++) {
      sum += sums[t];
    }
    return (float) (sum / samples);
  }
}
