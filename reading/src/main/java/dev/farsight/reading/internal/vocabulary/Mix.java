package dev.farsight.reading.internal.vocabulary;

import dev.farsight.api.table.InitialRows;

/**
 * {@link InitialRows#mix64} and its inverse. Vocabularies count and sort values by their mixed
 * form, as unsigned numbers: whatever the values are, it is spread evenly.
 */
public final class Mix {

  private Mix() {}

  /** The mixed form of a value. */
  public static long mixed(long value) {
    return InitialRows.mix64(value);
  }

  /** The value whose mixed form this is. */
  public static long value(long mixed) {
    long z = mixed ^ (mixed >>> 31) ^ (mixed >>> 62);
    z *= 0x319642B2D24D8EC3L;
    z = z ^ (z >>> 27) ^ (z >>> 54);
    z *= 0x96DE1B173F119089L;
    return z ^ (z >>> 30) ^ (z >>> 60);
  }
}
