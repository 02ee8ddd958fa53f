package dev.farsight.engine.metrics;

import java.util.Arrays;

/**
 * Area under the receiver operating characteristic: the chance that a positive sample scores higher
 * than a negative one, ties counting half. Exact: sorts all scores, O(n log n), 8 bytes a sample.
 */
public final class Auroc {

  private Auroc() {}

  /**
   * @param scores any monotone score, none of them NaN
   * @param labels 0 or 1
   * @param count how many entries count
   * @return from 0 to 1, or NaN where one of the classes is missing
   */
  public static double of(float[] scores, byte[] labels, int count) {
    long[] ranked = new long[count];
    for (int i = 0; i < count; i++) {
      ranked[i] = ((long) sortable(scores[i]) << 1) | labels[i];
    }
    Arrays.parallelSort(ranked);
    long negativesBelow = 0;
    long positives = 0;
    double pairs = 0;
    for (int from = 0; from < count; ) {
      long score = ranked[from] >> 1;
      long groupPositives = 0;
      int to = from;
      while (to < count && ranked[to] >> 1 == score) {
        groupPositives += ranked[to++] & 1;
      }
      long groupNegatives = to - from - groupPositives;
      pairs += groupPositives * (negativesBelow + groupNegatives / 2.0);
      negativesBelow += groupNegatives;
      positives += groupPositives;
      from = to;
    }
    return pairs / ((double) positives * negativesBelow);
  }

  /** An int that sorts as the float does; both zeros are equal. */
  private static int sortable(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    return bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
  }
}
