package dev.farsight.engine.cache;

/**
 * The indexes by row id: the location of each row, and the last use of each row in the look-ahead.
 * With at most {@link #MOST_DIRECT} rows, an index has an entry for every row of the tables. With
 * more rows, an index is a hash of the rows concerned.
 *
 * @param locations one index for all regions, each of which uses its own rows; null if each region
 *     has a hash of its own
 * @param lastUses null if there is no look-ahead
 */
public record RowIndexes(RowIndex locations, RowIndex lastUses) {

  /** 1 GiB of index, 2 with a look-ahead. */
  static final int MOST_DIRECT = 1 << 28;

  /** Initial size; the hash of last uses grows to the rows of the look-ahead. */
  private static final int FEW = 1 << 16;

  /**
   * @param rows number of rows; ids run from 0
   * @param lookAhead whether last uses are wanted
   */
  public static RowIndexes of(long rows, boolean lookAhead) {
    if (!direct(rows)) {
      return new RowIndexes(null, lookAhead ? new RowMap(FEW) : null);
    }
    return new RowIndexes(
        new DirectRowMap((int) rows), lookAhead ? new DirectRowMap((int) rows) : null);
  }

  /** Whether an index has an entry for every row. */
  static boolean direct(long rows) {
    return rows <= MOST_DIRECT;
  }

  /** Bytes on the heap of the one index of locations; 0 if each region has a hash of its own. */
  static long locationBytes(long rows) {
    return direct(rows) ? Integer.BYTES * rows : 0;
  }

  /**
   * Bytes on the heap of the last uses.
   *
   * @param uses unique rows of the look-ahead
   */
  public static long lastUseBytes(long rows, long uses) {
    return direct(rows)
        ? Integer.BYTES * rows
        : RowMap.heapBytes((int) Math.min(uses, RowMap.MOST));
  }
}
