package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.data.Batch;

/** Max pooling of one feature on the host: the largest values and the lookups they come from. */
final class MaxBags {

  private final float[] values;
  private final int[] winners;
  private final int dim;

  private MaxBags(int samples, int dim) {
    this.values = new float[samples * dim];
    this.winners = new int[samples * dim];
    this.dim = dim;
  }

  /**
   * @param rows the row of each lookup of the batch, [lookups][dim]
   */
  static MaxBags of(Batch batch, int feature, float[] rows, int dim) {
    var bags = new MaxBags(batch.samples(), dim);
    int[] offsets = batch.offsets(feature);
    int start = batch.lookupStart(feature);
    for (int s = 0; s < batch.samples(); s++) {
      for (int i = offsets[s]; i < offsets[s + 1]; i++) {
        bags.add(s, start + i, i == offsets[s], rows);
      }
    }
    return bags;
  }

  private void add(int sample, int lookup, boolean first, float[] rows) {
    for (int d = 0; d < dim; d++) {
      int at = sample * dim + d;
      float value = rows[lookup * dim + d];
      if (first || value > values[at] || Float.isNaN(value)) {
        values[at] = value;
        winners[at] = lookup;
      }
    }
  }

  /** The pooled vectors, [samples][dim]. */
  float[] values() {
    return values;
  }

  /** Writes 1 from {@code at} on where the lookup has won in its sample, and 0 elsewhere. */
  void mask(int lookup, int sample, float[] into, int at) {
    for (int d = 0; d < dim; d++) {
      into[at + d] = winners[sample * dim + d] == lookup ? 1 : 0;
    }
  }
}
