package dev.farsight.engine.cache;

/**
 * A map from row ids to ints. The memory of a {@link RowMap} grows with the rows in the map, that
 * of a {@link DirectRowMap} with the rows of the tables.
 *
 * <p>One thread at a time. A direct map may be shared by threads that use different rows.
 */
public interface RowIndex {

  /** The value of a row that is not in the map. */
  int ABSENT = -1;

  /** The row's value, or {@link #ABSENT}. */
  int get(long row);

  /**
   * Gets the values of several rows. Memory accesses overlap, while single {@link #get} calls would
   * wait for each access. Worth it for blocks of a few hundred rows.
   *
   * @param positions positions in {@code rows} of the rows to get; entries from {@code from} on are
   *     used. Null if the rows are adjacent in {@code rows}
   * @param values receives the values from index 0 on
   */
  void get(long[] rows, int[] positions, int from, int count, int[] values);

  /** Sets the row's value. */
  void set(long row, int value);

  /** Removes the row if it is in the map. */
  void remove(long row);

  /**
   * The row's value is void if it is still {@code value}. A map whose memory grows with its entries
   * removes the row. Another map may keep it, so readers must recognize a void value.
   */
  void expire(long row, int value);

  /** Whether {@link #expire} removes rows. */
  boolean expires();
}
