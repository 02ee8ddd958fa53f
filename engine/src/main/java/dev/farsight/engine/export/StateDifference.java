package dev.farsight.engine.export;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.RowBits;

/**
 * What makes the rows of an earlier state those of a later one, so that exactly the rows written in
 * the later one are written. All other rows have the initial values of the later state.
 *
 * @param changed rows written in the later state whose weights or optimizer state differ, or that
 *     were not written in the earlier one
 * @param removed rows written in the earlier state, and not in the later one
 */
record StateDifference(RowBits changed, RowBits removed) {

  /**
   * Compares all rows that were ever written to either store: O(rows written).
   *
   * @throws FarsightException if the two stores have different tables or row formats
   */
  static StateDifference between(RowReader before, RowReader after) {
    ChangedRows.requireSameLayout(before, after);
    long rowCount = after.spec().tables().rows();
    var earlier = new RowBits(rowCount);
    before.written(0, rowCount, earlier);
    var later = new RowBits(rowCount);
    after.written(0, rowCount, later);
    RowBits changed = ChangedRows.differing(later, before, after);
    changed.addAll(without(later, earlier, rowCount));
    return new StateDifference(changed, without(earlier, later, rowCount));
  }

  private static RowBits without(RowBits rows, RowBits others, long rowCount) {
    var rest = new RowBits(rowCount);
    for (long row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
      if (!others.contains(row)) {
        rest.add(row);
      }
    }
    return rest;
  }
}
