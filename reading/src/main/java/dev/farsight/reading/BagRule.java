package dev.farsight.reading;

import dev.farsight.api.data.Pooling;

/**
 * How a field holds a bag of values. An empty field is an empty bag. Empty values, and those that
 * are {@code padding}, are dropped.
 *
 * @param separator the byte between two values; {@link #LISTED} if a parser hands them over one by
 *     one, {@link #NO_SEPARATOR} if a field is one value
 * @param maxLookups most values of a field, without the dropped ones
 * @param longBags what becomes of a bag of more values
 * @param padding text of a value that is dropped; null if there is none
 * @param weights the column with the weights of the values, position by position; null if there is
 *     none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
public record BagRule(
    int separator,
    int maxLookups,
    LongBags longBags,
    Pooling pooling,
    byte[] padding,
    DenseColumn weights) {

  /** No byte. */
  public static final int NO_SEPARATOR = 256;

  /** Values come by {@link Fields#add}. Stored between them: a byte that no UTF-8 text has. */
  public static final int LISTED = (byte) 0xFF;

  /** Most values that a field can have: a row has at most 16 MiB. */
  public static final int MOST_LOOKUPS = 1 << 23;

  /** What becomes of a bag with more than the most lookups. */
  public enum LongBags {
    /** Its row is malformed. */
    FAIL,
    /** Its first lookups are kept. */
    TRUNCATE
  }
}
