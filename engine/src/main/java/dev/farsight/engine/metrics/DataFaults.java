package dev.farsight.engine.metrics;

import dev.farsight.api.data.BatchSource;

/**
 * What a run left out because the data was not as expected.
 *
 * @param badRows malformed rows skipped
 * @param truncatedBags bags cut short because they had more lookups than allowed
 */
public record DataFaults(long badRows, long truncatedBags) {

  public static final DataFaults NONE = new DataFaults(0, 0);

  /** Those that a source has met so far. */
  public static DataFaults of(BatchSource source) {
    return new DataFaults(source.badRows(), source.truncatedBags());
  }

  public DataFaults plus(DataFaults other) {
    return new DataFaults(badRows + other.badRows, truncatedBags + other.truncatedBags);
  }

  /** The larger of each: another pass over the same data meets the same faults again. */
  public DataFaults max(DataFaults other) {
    return new DataFaults(
        Math.max(badRows, other.badRows), Math.max(truncatedBags, other.truncatedBags));
  }
}
