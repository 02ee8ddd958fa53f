package dev.farsight.bench.stats;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How many rows have each count, the most frequent first: what can be told of the popularity of
 * rows without sorting them. Rows that never occur are left out. Memory: 16 bytes for each
 * different count, and half a mebibyte while it is made. Immutable.
 */
final class CountHistogram {

  /** Counts below this one are added up by an array; larger ones are few. */
  private static final int SMALL = 1 << 16;

  /** Descending. */
  private final long[] counts;

  private final long[] rows;

  private CountHistogram(NavigableMap<Long, Long> rowsWithCount) {
    Map<Long, Long> descending = rowsWithCount.descendingMap();
    counts = descending.keySet().stream().mapToLong(Long::longValue).toArray();
    rows = descending.values().stream().mapToLong(Long::longValue).toArray();
  }

  static CountHistogram of(int[] countOfRow) {
    long[] small = new long[SMALL];
    var rowsWithCount = new TreeMap<Long, Long>();
    for (int count : countOfRow) {
      if (count < SMALL) {
        small[count]++;
      } else {
        rowsWithCount.merge((long) count, 1L, Long::sum);
      }
    }
    for (int count = 1; count < SMALL; count++) {
      if (small[count] > 0) {
        rowsWithCount.put((long) count, small[count]);
      }
    }
    return new CountHistogram(rowsWithCount);
  }

  /** The rows of several tables. */
  static CountHistogram of(Iterable<CountHistogram> all) {
    var rowsWithCount = new TreeMap<Long, Long>();
    for (CountHistogram one : all) {
      for (int group = 0; group < one.counts.length; group++) {
        rowsWithCount.merge(one.counts[group], one.rows[group], Long::sum);
      }
    }
    return new CountHistogram(rowsWithCount);
  }

  /** What a row with so many lookups counts. */
  @FunctionalInterface
  interface Weight {
    double of(long count);
  }

  /** How many rows occur. */
  long rows() {
    return Arrays.stream(rows).sum();
  }

  long lookups() {
    long lookups = 0;
    for (int group = 0; group < counts.length; group++) {
      lookups += counts[group] * rows[group];
    }
    return lookups;
  }

  long rowsWith(long count) {
    for (int group = 0; group < counts.length; group++) {
      if (counts[group] == count) {
        return rows[group];
      }
    }
    return 0;
  }

  /** The sum over the most frequent rows. */
  double top(long mostRows, Weight weight) {
    double sum = 0;
    long left = mostRows;
    for (int group = 0; group < counts.length && left > 0; group++) {
      sum += Math.min(left, rows[group]) * weight.of(counts[group]);
      left -= rows[group];
    }
    return sum;
  }

  /** Share of the lookups that the most frequent rows have; 0 if there is no lookup. */
  double shareOfTop(long mostRows) {
    long lookups = lookups();
    return lookups == 0 ? 0 : top(mostRows, count -> count) / lookups;
  }

  /**
   * Count of the row at a rank.
   *
   * @param rank from 1, the most frequent row's, to {@link #rows}
   */
  long countAt(long rank) {
    long before = 0;
    int group = 0;
    while (before + rows[group] < rank) {
      before += rows[group++];
    }
    return counts[group];
  }

  /**
   * The largest count such that rows below it have together at most a share of the lookups. The
   * smallest of those that tell the same rows apart, and 1 if there is no such row.
   *
   * @param most a larger count is not wanted
   */
  int leastCount(double share, int most) {
    double allowed = share * lookups();
    long below = 0;
    int least = 1;
    for (int group = counts.length - 1; group >= 0 && counts[group] < most; group--) {
      below += counts[group] * rows[group];
      if (below > allowed) {
        break;
      }
      least = (int) counts[group] + 1;
    }
    return least;
  }

  /** How many rows occur, but less often. */
  long rowsBelow(long count) {
    long below = 0;
    for (int group = counts.length - 1; group >= 0 && counts[group] < count; group--) {
      below += rows[group];
    }
    return below;
  }
}
