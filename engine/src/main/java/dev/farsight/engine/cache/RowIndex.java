package dev.farsight.engine.cache;

/**
 * A map from row ids to ints: what residency and look-ahead keep about rows. {@link RowMap} costs
 * memory by the rows in it, {@link DirectRowMap} by the rows that there are.
 *
 * <p>One thread at a time; threads that keep to rows of their own may share a direct map.
 */
public interface RowIndex {

  /** What a row that is not there has for a value. */
  int ABSENT = -1;

  /** The row's value, or {@link #ABSENT}. */
  int get(long row);

  /**
   * The values of several rows. Memory is read side by side, where one {@link #get} after the other
   * would wait for each; pays for blocks of a few hundred rows.
   *
   * @param positions of the rows in {@code rows}, of which those from {@code from} on are meant;
   *     null where the rows lie side by side
   * @param values receives them from position 0
   */
  void get(long[] rows, int[] positions, int from, int count, int[] values);

  /** Sets the row's value. */
  void set(long row, int value);

  /** Removes the row, if it is there. */
  void remove(long row);

  /**
   * The row's value has become void, if it is this one still. A map that pays by entries removes
   * it; another may leave it, so that who reads a value must be able to tell a void one.
   */
  void expire(long row, int value);

  /** Whether {@link #expire} does anything. */
  boolean expires();
}
