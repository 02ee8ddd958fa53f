package dev.farsight.engine.cache;

/**
 * What is kept by row id: where rows are, and where the look-ahead used them last. With at most
 * {@link #MOST_DIRECT} rows that is a place for each row there is; with more of them it is hashes
 * of the rows concerned.
 *
 * @param places one for all regions, whose rows are different ones; null where each region has a
 *     hash of its own
 * @param lastUses null where there is no look-ahead
 */
public record RowIndexes(RowIndex places, RowIndex lastUses) {

  /** 1 GiB of index, 2 with a look-ahead. */
  static final int MOST_DIRECT = 1 << 28;

  /** For a start; the hash of last uses grows to the rows of the look-ahead. */
  private static final int FEW = 1 << 16;

  /**
   * @param rows how many there are: ids run from 0
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
   * Bytes they take.
   *
   * @param slots of the cache
   * @param uses unique rows of the look-ahead, 0 without
   */
  public static long bytes(long rows, long slots, long uses) {
    return rows > MOST_DIRECT ? 48 * (slots + uses) : 4 * rows * (uses > 0 ? 2 : 1);
  }
}
