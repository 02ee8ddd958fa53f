package dev.farsight.api.cache;

/** How often each row occurs in the training data, counted before training. */
@FunctionalInterface
public interface RowFrequencies {

  /** Nothing was counted. */
  RowFrequencies NONE = row -> 0;

  /** Lookups of a row, exact or scaled up from a sample; 0 for rows not seen. */
  long count(long rowId);

  /**
   * Lookups of several rows; costs less than one after the other, above all where rows of a table
   * come together.
   *
   * @param into receives them from position 0
   */
  default void counts(long[] rowIds, int from, int count, long[] into) {
    for (int i = 0; i < count; i++) {
      into[i] = count(rowIds[from + i]);
    }
  }
}
