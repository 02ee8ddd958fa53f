package dev.farsight.engine.metrics;

import java.util.Arrays;

/**
 * Area under the receiver operating characteristic: the probability that a positive sample has a
 * higher score than a negative one; a tie counts one half. Exact: sorts all scores. O(n log n)
 * time, 8 bytes a sample.
 */
public final class Auroc {

  private Auroc() {}

  /**
   * @param scores scores; only their order matters. None may be NaN
   * @param labels 0 or 1
   * @param count number of samples
   * @return from 0 to 1; NaN if one of the classes is missing
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

  /** Maps a float to an int with the same order; both zeros map to the same int. */
  private static int sortable(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    return bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
  }
}
