package dev.farsight.compute.jcuda;

import dev.farsight.api.table.RowFormat;
import java.util.Map;

/** The constants of kernels that read or write rows, of weights.cu above all. */
final class RowWeightKernels {

  private RowWeightKernels() {}

  static Map<String, Object> constants(RowFormat format) {
    return Map.of(
        "DIM", format.dim(), "STATE", format.stateFloats(), "HALVES", halves(format.precision()));
  }

  /** How weights are stored, as in weights.cu. */
  static int halves(RowFormat.Precision precision) {
    return switch (precision) {
      case FP32 -> 0;
      case BF16 -> 1;
      case FP16 -> 2;
    };
  }
}
