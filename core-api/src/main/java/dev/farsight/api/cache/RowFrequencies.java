package dev.farsight.api.cache;

/** How often each row occurs in the training data, counted before training. */
@FunctionalInterface
public interface RowFrequencies {

  /** Nothing was counted. */
  RowFrequencies NONE = row -> 0;

  /** Lookups of a row, exact or scaled up from a sample; 0 for rows not seen. */
  long count(long rowId);
}
