package dev.farsight.engine.metrics;

/**
 * Metrics that only the order of scores decides. Exact, for any number of samples. O(n log n) time,
 * 4 bytes a sample. Not thread-safe.
 */
public final class RankedScores {

  private final ScoreList positives = new ScoreList();
  private final ScoreList negatives = new ScoreList();

  /**
   * Areas under curves, from 0 to 1.
   *
   * @param auroc under the receiver operating characteristic: the probability that a positive
   *     sample has a higher score than a negative one; a tie counts one half. NaN if one of the
   *     classes is missing
   * @param auprc under the curve of precision over recall, as average precision: for each positive
   *     sample, the share of positives among the samples of at least its score, averaged. NaN
   *     without a positive sample
   */
  public record Areas(double auroc, double auprc) {}

  /**
   * Adds a sample.
   *
   * @param score only the order of scores matters; not NaN
   */
  public void add(float score, boolean positive) {
    (positive ? positives : negatives).add(score);
  }

  /** The areas of all samples so far. */
  public Areas areas() {
    ScoreList.Ascending positive = positives.ascending();
    ScoreList.Ascending negative = negatives.ascending();
    long positivesBelow = 0;
    long negativesBelow = 0;
    double pairs = 0;
    double precisions = 0;
    while (positive.hasNext() || negative.hasNext()) {
      int score = least(positive, negative);
      double positivesFromHere = positives.count() - positivesBelow;
      double samplesFromHere = positivesFromHere + negatives.count() - negativesBelow;
      long groupPositives = positive.take(score);
      long groupNegatives = negative.take(score);
      pairs += groupPositives * (negativesBelow + groupNegatives / 2.0);
      precisions += groupPositives * (positivesFromHere / samplesFromHere);
      negativesBelow += groupNegatives;
      positivesBelow += groupPositives;
    }
    return new Areas(
        pairs / ((double) positivesBelow * negativesBelow), precisions / positivesBelow);
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
