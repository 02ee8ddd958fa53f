package dev.farsight.engine.metrics;

/**
 * Area under the receiver operating characteristic: the probability that a positive sample has a
 * higher score than a negative one; a tie counts one half. Exact, for any number of samples. O(n
 * log n) time, 4 bytes a sample. Not thread-safe.
 */
public final class Auroc {

  private final ScoreList positives = new ScoreList();
  private final ScoreList negatives = new ScoreList();

  /**
   * Adds a sample.
   *
   * @param score only the order of scores matters; not NaN
   */
  public void add(float score, boolean positive) {
    (positive ? positives : negatives).add(score);
  }

  /** The area of all samples so far, from 0 to 1; NaN if one of the classes is missing. */
  public double value() {
    ScoreList.Ascending positive = positives.ascending();
    ScoreList.Ascending negative = negatives.ascending();
    long positivesBelow = 0;
    long negativesBelow = 0;
    double pairs = 0;
    while (positive.hasNext() || negative.hasNext()) {
      int score = least(positive, negative);
      long groupPositives = positive.take(score);
      long groupNegatives = negative.take(score);
      pairs += groupPositives * (negativesBelow + groupNegatives / 2.0);
      negativesBelow += groupNegatives;
      positivesBelow += groupPositives;
    }
    return pairs / ((double) positivesBelow * negativesBelow);
  }

  private static int least(ScoreList.Ascending a, ScoreList.Ascending b) {
    if (!a.hasNext()) {
      return b.next();
    }
    return b.hasNext() ? Math.min(a.next(), b.next()) : a.next();
  }

  /** Heap that a number of samples takes, about. */
  public static long heapBytes(long samples) {
    return 2 * ScoreList.heapBytes(samples / 2);
  }
}
