package dev.farsight.engine.plan;

import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionRows;
import dev.farsight.engine.cache.RowOwners;
import java.util.Arrays;

/**
 * Runs of consecutive tables whose ranks exchange the same: rows, or sums of bags. The rows of a
 * group are sorted by table, so those of a run follow each other. Finding one is O(log rows).
 * Immutable.
 */
final class ExchangeRuns {

  private final boolean firstSums;

  /** By run: the row id behind its last row. */
  private final long[] ends;

  ExchangeRuns(RowOwners owners) {
    TableSet tables = owners.groups().tables();
    firstSums = owners.sums(0);
    var all = new long[tables.size()];
    int count = 0;
    for (int t = 0; t < tables.size(); t++) {
      count += t == 0 || owners.sums(t) != owners.sums(t - 1) ? 1 : 0;
      all[count - 1] = tables.offset(t + 1);
    }
    ends = Arrays.copyOf(all, count);
  }

  int count() {
    return ends.length;
  }

  /** Whether ranks exchange sums of a run's bags. */
  boolean sums(int run) {
    return firstSums == (run % 2 == 0);
  }

  /** Whether they do so of any run. */
  boolean anySums() {
    return firstSums || ends.length > 1;
  }

  /** The end of a run among the rows at region positions [from, end), where it begins. */
  int end(int run, RegionRows rows, int from, int end) {
    if (run == ends.length - 1) {
      return end;
    }
    int low = from;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rows.rows()[middle] < ends[run]) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many of the rows at region positions [from, end) are of runs that exchange sums. */
  int sums(RegionRows rows, int from, int end) {
    if (ends.length == 1) {
      return firstSums ? end - from : 0;
    }
    int sums = 0;
    int at = from;
    for (int run = 0; run < ends.length; run++) {
      int next = end(run, rows, at, end);
      sums += sums(run) ? next - at : 0;
      at = next;
    }
    return sums;
  }
}
