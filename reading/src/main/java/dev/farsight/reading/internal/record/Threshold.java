package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.reading.BadRowException;
import java.util.Arrays;

/**
 * Tells which texts are at least a given one: compared as numbers if both are numbers, whole ones
 * of 64 bits exactly and others as doubles, else byte by byte. Immutable.
 */
final class Threshold {

  private final byte[] text;
  private final boolean number;
  private final boolean whole;
  private final long wholeValue;
  private final double value;

  Threshold(String least) {
    this.text = least.getBytes(UTF_8);
    this.whole = isWhole(text, 0, text.length);
    this.wholeValue = whole ? Numbers.whole(text, 0, text.length) : 0;
    double decimal = decimal(text, 0, text.length);
    this.number = !Double.isNaN(decimal);
    this.value = decimal;
  }

  /** Whether the text at [from, to), which is not empty, is at least this. */
  boolean reachedBy(byte[] bytes, int from, int to) {
    if (number) {
      if (whole && isWhole(bytes, from, to)) {
        return Numbers.whole(bytes, from, to) >= wholeValue;
      }
      double other = decimal(bytes, from, to);
      if (!Double.isNaN(other)) {
        return other >= value;
      }
    }
    return Arrays.compareUnsigned(bytes, from, to, text, 0, text.length) >= 0;
  }

  private static boolean isWhole(byte[] bytes, int from, int to) {
    try {
      Numbers.whole(bytes, from, to);
      return true;
    } catch (BadRowException e) {
      return false;
    }
  }

  /** NaN if the text is no number. */
  private static double decimal(byte[] bytes, int from, int to) {
    try {
      return from == to ? Double.NaN : Numbers.decimal(bytes, from, to);
    } catch (BadRowException e) {
      return Double.NaN;
    }
  }
}
