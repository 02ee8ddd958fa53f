package dev.farsight.engine.cache;

/**
 * A map from row ids to ints that are not negative. Not thread-safe. {@link RowMap} costs memory by
 * the rows in it, {@link DirectRowMap} by the rows that there are.
 */
interface RowIndex {

  /** What {@link #get} answers for a row that is not there. */
  int ABSENT = -1;

  /** The row's value, or {@link #ABSENT}. */
  int get(long row);

  /** Sets the row's value and returns the one before, or {@link #ABSENT}. */
  int put(long row, int value);

  /** Removes the row and returns its value, or {@link #ABSENT}. */
  int remove(long row);

  /** Removes the row if its value is the one given. */
  boolean remove(long row, int value);

  /**
   * Reads where rows are kept, so that their memory comes into the processor's cache: all at once,
   * where the operations themselves would wait for one after the other. Without effect otherwise;
   * pays for blocks of a few hundred rows.
   *
   * @param positions of the rows in {@code rows}; null where they lie side by side
   */
  void touch(long[] rows, int[] positions, int from, int to);

  /**
   * The faster one: direct where there are at most {@value #MOST_DIRECT} rows, hashed for so many
   * entries otherwise.
   *
   * @param rows how many there are: ids run from 0
   * @param entries most rows in the map at once
   */
  static RowIndex of(long rows, int entries) {
    return rows <= MOST_DIRECT ? new DirectRowMap((int) rows) : new RowMap(entries);
  }

  /** 1 GiB of index. */
  int MOST_DIRECT = 1 << 28;
}
