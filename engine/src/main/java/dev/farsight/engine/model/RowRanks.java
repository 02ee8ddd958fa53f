package dev.farsight.engine.model;

import dev.farsight.api.table.RowBits;

/**
 * Numbers the rows of a set by their row ids, so that the values of these rows alone need to be
 * kept, in that order. A look-up counts bits of at most 64 words.
 *
 * <p><b>Memory.</b> One bit a row of the tables, in pages that have a row of the set, and 4 bytes
 * for every 4,096 rows. At most 2^31 - 1 rows. Safe for concurrent use.
 */
public final class RowRanks {

  private static final int GROUP_SHIFT = 12;

  private final RowBits rows;
  private final int[] rowsBeforeGroup;
  private final int count;

  /**
   * @param rows the set, which must not change any more
   * @param tableRows rows of all tables
   */
  public RowRanks(RowBits rows, long tableRows) {
    this.rows = rows;
    rowsBeforeGroup = new int[Math.toIntExact((tableRows >>> GROUP_SHIFT) + 1)];
    long before = 0;
    for (int group = 0; group < rowsBeforeGroup.length; group++) {
      rowsBeforeGroup[group] = Math.toIntExact(before);
      long first = (long) group << GROUP_SHIFT;
      before += rows.count(first, Math.min(tableRows, first + (1L << GROUP_SHIFT)));
    }
    count = Math.toIntExact(before);
  }

  public boolean contains(long row) {
    return rows.contains(row);
  }

  /** How many rows of the set have a smaller row id. */
  public int rank(long row) {
    long first = row >>> GROUP_SHIFT << GROUP_SHIFT;
    return rowsBeforeGroup[(int) (row >>> GROUP_SHIFT)] + (int) rows.count(first, row);
  }

  /** How many rows the set has. */
  public int count() {
    return count;
  }

  /** The set. */
  public RowBits rows() {
    return rows;
  }
}
