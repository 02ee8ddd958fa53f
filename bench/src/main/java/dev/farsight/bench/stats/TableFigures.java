package dev.farsight.bench.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * How the training part looks the rows of a table up.
 *
 * @param rows of the table
 * @param lookups by all features of the table
 * @param usedRows distinct rows looked up
 * @param onceRows rows looked up exactly once
 * @param values distinct raw values of all its features, estimated; null where the source has none
 * @param sharedValues values that are more than the rows used: they share a row with another value;
 *     null where the source has none
 * @param top1 share of the lookups that go to the most frequent row; then to 10 and 100 rows, and
 *     to 1 % of the table's rows
 * @param curve count of the row at a rank, at ranks in steps of a third of a decade
 * @param minCount suggested {@code min-count}: see {@link #RARE_SHARE}; 1: none
 * @param rareRows rows that occur less often than that
 */
public record TableFigures(
    String name,
    int rows,
    long lookups,
    long usedRows,
    long onceRows,
    Long values,
    Long sharedValues,
    double top1,
    double top10,
    double top100,
    double topPercent,
    List<Point> curve,
    int minCount,
    long rareRows) {

  /**
   * The suggested {@code min-count} is the largest such that rows that occur less often have
   * together at most this share of the lookups.
   */
  public static final double RARE_SHARE = 0.01;

  /** What {@code min-count} may be at most. */
  private static final int MOST_MIN_COUNT = 255;

  private static final int[] STEPS = {1, 2, 5};

  /** A point of the frequency curve. */
  public record Point(long rank, long count) {}

  public TableFigures {
    curve = List.copyOf(curve);
  }

  /**
   * @param values distinct raw values; null if unknown
   */
  static TableFigures of(String name, int rows, CountHistogram counts, Long values) {
    int minCount = counts.leastCount(RARE_SHARE, MOST_MIN_COUNT);
    return new TableFigures(
        name,
        rows,
        counts.lookups(),
        counts.rows(),
        counts.rowsWith(1),
        values,
        values == null ? null : (Long) Math.max(0, values - counts.rows()),
        counts.shareOfTop(1),
        counts.shareOfTop(10),
        counts.shareOfTop(100),
        counts.shareOfTop(Math.max(1, Math.round(rows / 100.0))),
        curve(counts),
        minCount,
        counts.rowsBelow(minCount));
  }

  private static List<Point> curve(CountHistogram counts) {
    long last = counts.rows();
    var curve = new ArrayList<Point>();
    for (long decade = 1; decade <= last; decade *= 10) {
      for (int step : STEPS) {
        if (decade * step < last) {
          curve.add(new Point(decade * step, counts.countAt(decade * step)));
        }
      }
    }
    if (last > 0) {
      curve.add(new Point(last, counts.countAt(last)));
    }
    return curve;
  }
}
