package dev.farsight.reading;

import dev.farsight.api.table.InitialRows;
import dev.farsight.reading.internal.record.HexRule;
import dev.farsight.reading.internal.record.IntegerRule;
import dev.farsight.reading.internal.record.TextRule;

/**
 * How the text of a categorical field becomes a value of 64 bits, and the index of a row: the value
 * modulo the rows, unless a rule has an index of its own. A field that is not empty is handed over;
 * an empty one is index 0, as the value 0 would be. Pure, safe for concurrent use.
 */
@FunctionalInterface
public interface RowIndexRule {

  /** Longest hexadecimal number that fits 64 bits. */
  int HEX_DIGITS = 16;

  /** The value itself, or a hash of it: equal for equal values. */
  long value(byte[] bytes, int from, int to);

  /**
   * The index of the value's row.
   *
   * @param rows rows of the table; the result is below it
   */
  default int index(byte[] bytes, int from, int to, int rows) {
    return (int) Long.remainderUnsigned(value(bytes, from, to), rows);
  }

  /** The unsigned hexadecimal value modulo rows. */
  static RowIndexRule hex(int maxDigits) {
    return new HexRule(maxDigits);
  }

  /**
   * The decimal value, of 64 bits signed or unsigned, modulo rows; never negative: -1 is index
   * rows-1.
   */
  static RowIndexRule integer() {
    return new IntegerRule();
  }

  /** A {@linkplain #hash hash} of the field's bytes modulo rows. */
  static RowIndexRule text() {
    return new TextRule();
  }

  /**
   * FNV-1a with 64 bits, and {@link InitialRows#mix64} over the result so that all of its bits
   * depend on all bytes. Part of the data format: it never changes.
   */
  static long hash(byte[] bytes, int from, int to) {
    long hash = 0xCBF29CE484222325L;
    for (int i = from; i < to; i++) {
      hash = (hash ^ (bytes[i] & 0xFF)) * 0x100000001B3L;
    }
    return InitialRows.mix64(hash);
  }
}
