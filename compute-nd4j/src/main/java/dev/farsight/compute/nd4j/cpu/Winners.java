package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;

/**
 * Which lookup each value of a max pooled vector comes from: the forward pass of a training step
 * writes it, the row updates read it. On the heap, one int for each value of such features.
 */
final class Winners {

  private final int[][] lookups;

  private Winners(int[][] lookups) {
    this.lookups = lookups;
  }

  static Winners of(StepSpec spec) {
    var features = spec.schema().features();
    var lookups = new int[features.size()][];
    for (int f = 0; f < lookups.length; f++) {
      if (has(features.get(f))) {
        lookups[f] = new int[Math.multiplyExact(spec.batchSize(), spec.format().dim())];
      }
    }
    return new Winners(lookups);
  }

  /** Winners of no feature, for a step that does not train rows. */
  static Winners none(StepSpec spec) {
    return new Winners(new int[spec.schema().features().size()][]);
  }

  private static boolean has(Feature feature) {
    return feature.pooling() == Pooling.MAX && !feature.oneHot();
  }

  /** Bytes on the heap. */
  static long heapBytes(StepSpec spec) {
    long features = spec.schema().features().stream().filter(Winners::has).count();
    return spec.optimizer().freezeRows()
        ? 0
        : features * spec.batchSize() * spec.format().dim() * Integer.BYTES;
  }

  /** Whether any feature has winners. */
  boolean any() {
    for (int[] ofFeature : lookups) {
      if (ofFeature != null) {
        return true;
      }
    }
    return false;
  }

  /** Numbers of lookups, [samples][dim]; null if the feature has none. */
  int[] of(int feature) {
    return lookups[feature];
  }
}
