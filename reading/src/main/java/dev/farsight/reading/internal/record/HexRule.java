package dev.farsight.reading.internal.record;

import dev.farsight.reading.RowIndexRule;

/** Unsigned hexadecimal values of at most {@code maxDigits} digits, modulo the rows. */
public record HexRule(int maxDigits) implements RowIndexRule {

  @Override
  public long value(byte[] bytes, int from, int to) {
    return Numbers.hex(bytes, from, to, maxDigits);
  }

  @Override
  public int index(byte[] bytes, int from, int to, int rows) {
    return Modulo.of(Numbers.hex(bytes, from, to, maxDigits), rows);
  }
}
