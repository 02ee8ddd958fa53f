package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Brings rows to the largest norms of their tables. */
final class LargestNorms {

  private LargestNorms() {}

  /**
   * @param rows the input's unique rows, weights and state; changed
   */
  static void apply(INDArray rows, StepInput input, StepSpec spec) {
    var tables = spec.schema().tables();
    int dim = spec.format().dim();
    float[] norms = RowMajor.toHost(RowMajor.columns(rows, 0, dim).norm2(1));
    var scales = new float[norms.length];
    for (int u = 0; u < scales.length; u++) {
      float largest = spec.maxNorms().ofTable(tables.tableOf(input.rowIds()[u]));
      scales[u] = norms[u] > largest ? largest / (norms[u] + MaxNorms.MARGIN) : 1;
    }
    rows.get(NDArrayIndex.all(), NDArrayIndex.interval(0, dim))
        .muliColumnVector(Nd4j.create(scales, new long[] {scales.length, 1}));
  }
}
