package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.StepInput;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums gradients of lookups by unique row, in an order that depends on the batch alone: ND4J's
 * segment sums and scatter-adds use floating-point atomics on GPUs.
 *
 * <p>A row's lookups, in sample order, are added pairwise, then the sums pairwise, and so on:
 *
 * <pre>
 * stride 1   a0 += a1   a2 += a3   a4
 * stride 2   a0 += a2              a4
 * stride 4   a0 += a4
 * </pre>
 *
 * So it takes a gather and a scatter for every doubling of the most lookups of a row, and in all as
 * many additions as there are lookups beyond the first of their row.
 */
final class RowSums {

  private RowSums() {}

  /**
   * @param vectors gradients of lookups, a row each, features of a sample side by side
   * @return sums, a row for each unique row
   */
  static INDArray sum(INDArray vectors, StepInput input) {
    int unique = input.uniqueRows();
    var starts = new int[unique + 1];
    input.rowStarts().get(0, starts);
    INDArray sums = RowMajor.gather(vectors, byRow(input, starts[unique]));
    int most = 0;
    for (int u = 0; u < unique; u++) {
      most = Math.max(most, starts[u + 1] - starts[u]);
    }
    for (int stride = 1; stride < most; stride *= 2) {
      int[] left = pairs(starts, stride);
      int[] right = left.clone();
      for (int i = 0; i < right.length; i++) {
        right[i] += stride;
      }
      INDArray added = RowMajor.gather(sums, left).addi(RowMajor.gather(sums, right));
      RowMajor.scatter(sums, left, added);
    }
    return RowMajor.gather(sums, Arrays.copyOf(starts, unique));
  }

  /** Positions of lookups among the vectors, grouped by unique row. */
  private static int[] byRow(StepInput input, int lookups) {
    int samples = input.batch().samples();
    int features = input.batch().schema().features().size();
    var positions = new int[lookups];
    for (int k = 0; k < lookups; k++) {
      int lookup = input.rowLookups().get(k);
      int feature = lookup / samples;
      int sample = lookup % samples;
      positions[k] = sample * features + feature;
    }
    return positions;
  }

  /** Left sides of the pairs that are {@code stride} apart within their row's lookups. */
  private static int[] pairs(int[] starts, int stride) {
    var left = new int[starts[starts.length - 1]];
    int count = 0;
    for (int u = 0; u + 1 < starts.length; u++) {
      for (int k = starts[u]; k + stride < starts[u + 1]; k += 2 * stride) {
        left[count++] = k;
      }
    }
    return Arrays.copyOf(left, count);
  }
}
