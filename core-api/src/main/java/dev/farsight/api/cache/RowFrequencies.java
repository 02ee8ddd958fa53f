package dev.farsight.api.cache;

/** How often each row occurs in the training data, counted before training. */
@FunctionalInterface
public interface RowFrequencies {

  /** All counts are 0, because nothing was counted. */
  RowFrequencies NONE = row -> 0;

  /**
   * How many lookups a row has, exact or scaled up from a sample; 0 for a row that was not seen.
   */
  long count(long rowId);

  /**
   * How many lookups each of several rows has. Costs less than one {@link #count} call per row,
   * above all if rows of the same table stand next to each other.
   *
   * @param rowIds row ids, of which positions [from, from + count) are used
   * @param counts receives the counts from position 0
   */
  default void counts(long[] rowIds, int from, int count, long[] counts) {
    for (int i = 0; i < count; i++) {
      counts[i] = count(rowIds[from + i]);
    }
  }
}
