package dev.farsight.compute.nd4j.cpu;

import java.util.function.IntPredicate;

/**
 * How many rows an evaluation's product computes. BLAS picks its kernels by the shape of a product,
 * and other kernels round differently. So samples are computed in products of {@link #WHOLE} rows,
 * or of another number of rows that gives the same bits: a logit depends on its sample alone, and
 * few samples do not cost as much as many. Immutable.
 */
final class EvaluationRows {

  /** The number of rows whose results all others must give. */
  static final int WHOLE = 64;

  private final int[] bySamples;

  /**
   * @param most samples of a product, a multiple of {@link #WHOLE}
   * @param same whether a product of so many rows gives the bits that one of {@link #WHOLE} gives
   */
  EvaluationRows(int most, IntPredicate same) {
    bySamples = new int[most + 1];
    int least = 0;
    for (int samples = most; samples > 0; samples--) {
      if (samples == WHOLE || same.test(samples)) {
        least = samples;
      }
      bySamples[samples] = least == 0 ? WHOLE : least;
    }
  }

  /**
   * Rows of a product of so many samples. If they are fewer than the samples, they are {@link
   * #WHOLE}, and the rest of the samples needs another product.
   */
  int of(int samples) {
    return bySamples[samples];
  }
}
