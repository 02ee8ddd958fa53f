package dev.farsight.watch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The course of a run in a bounded number of points, whatever its length: if there are too many,
 * neighbours are merged, and from then on as many samples make one point. A point has a place, of
 * which that of its last sample is kept, and values, of which it is the mean; NaN is left out.
 *
 * <p>Memory: {@value #MOST_POINTS} points. A sample costs O(values), amortised. Not thread-safe.
 */
public final class History {

  private static final int MOST_POINTS = 600;

  private final int values;
  private final List<double[]> points = new ArrayList<>();

  /** Samples that make a point. */
  private int samplesPerPoint = 1;

  /** How often points were merged. */
  private int merges;

  private final double[] sums;
  private final int[] counts;
  private int samples;

  /**
   * @param values of each point, beside its place
   */
  public History(int values) {
    this.values = values;
    sums = new double[values];
    counts = new int[values];
  }

  /**
   * Points that a reader lacks.
   *
   * @param cursor where the next call goes on
   * @param all whether the points replace those that the reader has
   */
  record News(Cursor cursor, boolean all, List<double[]> points) {}

  /** How far a reader is. */
  record Cursor(int merges, int points) {
    static final Cursor START = new Cursor(-1, 0);
  }

  /** Adds a sample; NaN stands for a value that is not known. */
  public void add(long place, double... sample) {
    for (int v = 0; v < values; v++) {
      if (!Double.isNaN(sample[v])) {
        sums[v] += sample[v];
        counts[v]++;
      }
    }
    samples++;
    if (samples == samplesPerPoint) {
      points.add(point(place));
      if (points.size() == MOST_POINTS) {
        merge();
      }
    }
  }

  private double[] point(long place) {
    double[] point = new double[1 + values];
    point[0] = (double) place;
    for (int v = 0; v < values; v++) {
      point[1 + v] = counts[v] == 0 ? Double.NaN : sums[v] / counts[v];
    }
    Arrays.fill(sums, 0);
    Arrays.fill(counts, 0);
    samples = 0;
    return point;
  }

  private void merge() {
    for (int p = 0; p < MOST_POINTS / 2; p++) {
      points.set(p, merged(points.get(2 * p), points.get(2 * p + 1)));
    }
    points.subList(MOST_POINTS / 2, MOST_POINTS).clear();
    samplesPerPoint *= 2;
    merges++;
  }

  private static double[] merged(double[] first, double[] second) {
    double[] both = second.clone();
    for (int v = 1; v < both.length; v++) {
      if (Double.isNaN(second[v])) {
        both[v] = first[v];
      } else if (!Double.isNaN(first[v])) {
        both[v] = (first[v] + second[v]) / 2;
      }
    }
    return both;
  }

  /** All points. */
  public List<double[]> points() {
    return List.copyOf(points);
  }

  /** What came after a cursor. */
  News after(Cursor cursor) {
    boolean all = cursor.merges() != merges;
    List<double[]> news = points.subList(all ? 0 : cursor.points(), points.size());
    return new News(new Cursor(merges, points.size()), all, List.copyOf(news));
  }
}
