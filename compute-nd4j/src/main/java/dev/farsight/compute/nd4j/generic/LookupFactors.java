package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.Pooling;

/** What a lookup's row is multiplied by before the rows of its bag are added up. */
final class LookupFactors {

  private LookupFactors() {}

  /**
   * By number of lookup: its weight, divided by the lookups of its bag where that takes the mean.
   */
  static float[] of(Batch batch) {
    var factors = new float[batch.lookups()];
    for (int f = 0; f < batch.schema().features().size(); f++) {
      for (int s = 0; s < batch.samples(); s++) {
        fill(batch, f, s, factors);
      }
    }
    return factors;
  }

  private static void fill(Batch batch, int feature, int sample, float[] factors) {
    int[] offsets = batch.offsets(feature);
    var weights = batch.lookupWeights(feature);
    boolean mean = batch.schema().features().get(feature).pooling() == Pooling.MEAN;
    int from = offsets == null ? sample : offsets[sample];
    int end = offsets == null ? sample + 1 : offsets[sample + 1];
    for (int i = from; i < end; i++) {
      float weight = weights == null ? 1 : weights.get(i);
      factors[batch.lookupStart(feature) + i] = mean ? weight / (end - from) : weight;
    }
  }
}
