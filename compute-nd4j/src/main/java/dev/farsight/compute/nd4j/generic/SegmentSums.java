package dev.farsight.compute.nd4j.generic;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Sums segments of successive vectors, in an order that depends on the segments alone: ND4J's
 * segment sums and scatter-adds use floating-point atomics on GPUs.
 *
 * <p>A segment's vectors are added pairwise, then the sums pairwise, and so on:
 *
 * <pre>
 * stride 1   a0 += a1   a2 += a3   a4
 * stride 2   a0 += a2              a4
 * stride 4   a0 += a4
 * </pre>
 *
 * So it takes a gather and a scatter for every doubling of the longest segment, and in all as many
 * additions as there are vectors beyond the first of their segment.
 */
final class SegmentSums {

  private SegmentSums() {}

  /**
   * @param vectors at least one; overwritten
   * @param starts position of the first vector of each segment, and the number of vectors
   * @return sums, a row for each segment; zeros for an empty one
   */
  static INDArray sum(INDArray vectors, int[] starts) {
    int segments = starts.length - 1;
    int longest = 0;
    for (int s = 0; s < segments; s++) {
      longest = Math.max(longest, starts[s + 1] - starts[s]);
    }
    for (int stride = 1; stride < longest; stride *= 2) {
      int[] left = pairs(starts, stride);
      int[] right = left.clone();
      for (int i = 0; i < right.length; i++) {
        right[i] += stride;
      }
      INDArray added = RowMajor.gather(vectors, left).addi(RowMajor.gather(vectors, right));
      RowMajor.scatter(vectors, left, added);
    }
    int[] filled = IntStream.range(0, segments).filter(s -> starts[s] < starts[s + 1]).toArray();
    INDArray sums = RowMajor.gather(vectors, IntStream.of(filled).map(s -> starts[s]).toArray());
    if (filled.length == segments) {
      return sums;
    }
    INDArray all = Nd4j.zeros(DataType.FLOAT, segments, vectors.size(1));
    RowMajor.scatter(all, filled, sums);
    return all;
  }

  /** Left sides of the pairs that are {@code stride} apart within their segment. */
  private static int[] pairs(int[] starts, int stride) {
    var left = new int[starts[starts.length - 1]];
    int count = 0;
    for (int s = 0; s + 1 < starts.length; s++) {
      for (int k = starts[s]; k + stride < starts[s + 1]; k += 2 * stride) {
        left[count++] = k;
      }
    }
    return Arrays.copyOf(left, count);
  }
}
