package dev.farsight.reading.internal.record;

import dev.farsight.reading.RowIndexRule;

/**
 * Whole numbers of 64 bits, signed or unsigned, modulo the rows. -1 and 2^64 - 1 have the same
 * bits, so they are one value, but not one index.
 */
public record IntegerRule() implements RowIndexRule {

  @Override
  public long value(byte[] bytes, int from, int to) {
    return Numbers.wholeBits(bytes, from, to);
  }

  @Override
  public int index(byte[] bytes, int from, int to, int rows) {
    return Numbers.wholeModulo(bytes, from, to, rows);
  }
}
