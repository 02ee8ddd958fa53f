package dev.farsight.reading;

import dev.farsight.api.table.InitialRows;
import dev.farsight.reading.internal.record.Numbers;

/**
 * How the text of a categorical field becomes the index of a row. A field that is not empty is
 * handed over; an empty one is index 0, as the value 0 would be. Pure, safe for concurrent use.
 */
@FunctionalInterface
public interface RowIndexRule {

  /** Longest hexadecimal number that fits 64 bits. */
  int HEX_DIGITS = 16;

  /**
   * @param rows rows of the table; the result is below it
   */
  int index(byte[] bytes, int from, int to, int rows);

  /** The unsigned hexadecimal value modulo rows. */
  static RowIndexRule hex(int maxDigits) {
    return (bytes, from, to, rows) ->
        (int) Long.remainderUnsigned(Numbers.hex(bytes, from, to, maxDigits), rows);
  }

  /**
   * The decimal value, of 64 bits signed or unsigned, modulo rows; never negative: -1 is index
   * rows-1.
   */
  static RowIndexRule integer() {
    return Numbers::wholeModulo;
  }

  /** A {@linkplain #hash hash} of the field's bytes modulo rows. */
  static RowIndexRule text() {
    return (bytes, from, to, rows) -> (int) Long.remainderUnsigned(hash(bytes, from, to), rows);
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
