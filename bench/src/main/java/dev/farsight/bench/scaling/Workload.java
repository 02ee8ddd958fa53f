package dev.farsight.bench.scaling;

import dev.farsight.datasets.Cardinalities;
import java.util.Arrays;

/**
 * What a run trains, as far as its exchanges depend on it. Immutable.
 *
 * @param name for tables
 * @param samples of a rank in a step
 * @param dim weights of a row
 * @param denseParameters of the model
 * @param exponent of the power law by which rows are looked up
 */
record Workload(
    String name, Tables tables, int samples, int dim, long denseParameters, double exponent) {

  private static final int DENSE_FEATURES = 13;

  /** Lookups of a sample in each table of MLPerf's set: 214. */
  private static final int[] MLPERF_LOOKUPS = {
    3, 2, 1, 2, 6, 1, 1, 1, 1, 7, 3, 8, 1, 6, 9, 5, 1, 1, 1, 12, 100, 27, 10, 3, 1, 1
  };

  /** Tables and how many of their rows a sample looks up. */
  static final class Tables {

    private final int[] rows;
    private final int[] lookups;

    Tables(int[] rows, int[] lookups) {
      this.rows = rows.clone();
      this.lookups = lookups.clone();
    }

    static Tables kaggle() {
      return oneHot(Cardinalities.KAGGLE.rows());
    }

    static Tables terabyte() {
      return oneHot(Cardinalities.TERABYTE.rows());
    }

    static Tables mlperf() {
      return new Tables(Cardinalities.MLPERF.rows(), MLPERF_LOOKUPS);
    }

    static Tables oneHot(int... rows) {
      int[] lookups = new int[rows.length];
      Arrays.fill(lookups, 1);
      return new Tables(rows, lookups);
    }

    /** The same tables with fewer rows each, rounded up. */
    Tables dividedBy(int divisor) {
      return new Tables(
          Arrays.stream(rows).map(n -> (n + divisor - 1) / divisor).toArray(), lookups);
    }

    int count() {
      return rows.length;
    }

    long rows() {
      return Arrays.stream(rows).asLongStream().sum();
    }
  }

  /** Different rows that samples are expected to look up. */
  double uniqueRows(double ofSamples) {
    double sum = 0;
    for (int t = 0; t < tables.rows.length; t++) {
      sum += UniqueRows.expected(tables.rows[t], exponent, ofSamples * tables.lookups[t]);
    }
    return sum;
  }

  /**
   * Of the most frequent rows of each table, those that a rank's samples are expected to look up.
   *
   * @param ofEach how many rows of each table
   */
  double hotRows(long ofEach) {
    double sum = 0;
    for (int t = 0; t < tables.rows.length; t++) {
      double lookups = (double) samples * tables.lookups[t];
      sum += UniqueRows.expected(tables.rows[t], exponent, lookups, ofEach);
    }
    return sum;
  }

  /** Bytes with which an id and how often it is looked up travel. */
  int idBytes() {
    return tables.rows() <= Integer.MAX_VALUE ? 8 : 12;
  }

  /**
   * Parameters of a DLRM, whose bottom layers end in a row's width.
   *
   * @param bottom widths of its layers but the last
   * @param top widths of its layers but the last, which has one
   */
  static long dlrmParameters(int tables, int dim, int[] bottom, int[] top) {
    long sum = 0;
    int width = DENSE_FEATURES;
    for (int next : bottom) {
      sum += layer(width, next);
      width = next;
    }
    sum += layer(width, dim);
    int vectors = tables + 1;
    width = dim + vectors * (vectors - 1) / 2;
    for (int next : top) {
      sum += layer(width, next);
      width = next;
    }
    return sum + layer(width, 1);
  }

  private static long layer(int in, int out) {
    return (long) in * out + out;
  }
}
