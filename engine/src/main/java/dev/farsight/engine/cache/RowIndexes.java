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
    if (rows > MOST_DIRECT) {
      return new RowIndexes(null, lookAhead ? new RowMap(FEW) : null);
    }
    return new RowIndexes(
        new DirectRowMap((int) rows), lookAhead ? new DirectRowMap((int) rows) : null);
  }

  /**
   * Bytes that the indexes take.
   *
   * @param slots of the cache
   * @param uses unique rows of the look-ahead; 0 without a look-ahead
   */
  public static long bytes(long rows, long slots, long uses) {
    return rows > MOST_DIRECT ? 48 * (slots + uses) : 4 * rows * (uses > 0 ? 2 : 1);
  }
}
