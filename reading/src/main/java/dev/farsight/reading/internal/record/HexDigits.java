package dev.farsight.reading.internal.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight hexadecimal digits at a time, without a branch: digits and letters mix at random, and a
 * processor that guesses which comes next is wrong every third time.
 */
final class HexDigits {

  static final int COUNT = Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long LOW_NIBBLES = 0x0F0F0F0F0F0F0F0FL;
  private static final long HIGH_NIBBLES = 0xF0F0F0F0F0F0F0F0L;

  private HexDigits() {}

  /**
   * The unsigned number of 32 bits that the eight digits from a position are; -1 if one is none.
   */
  static long value(byte[] bytes, int from) {
    long text = (long) LONGS.get(bytes, from);
    long letters = (text >>> 6) & ONES; // 1 for each letter
    long digits = (text & LOW_NIBBLES) + 9 * letters;
    // What is no digit is not what its value would be written as, or is above 15.
    long aboveNine = ((digits + 0x76 * ONES) >>> 7) & ONES;
    long written = digits + 0x30 * ONES + 0x27 * aboveNine;
    long lowerCase = text | (letters << 5);
    if (((lowerCase ^ written) | (digits & HIGH_NIBBLES)) != 0) {
      return -1;
    }
    long pairs = ((digits << 4) | (digits >>> 8)) & 0x00FF00FF00FF00FFL;
    long fours = ((pairs << 8) | (pairs >>> 16)) & 0x0000FFFF0000FFFFL;
    return ((fours << 16) | (fours >>> 32)) & 0xFFFFFFFFL;
  }
}
