package dev.farsight.datasets.npy;

import java.nio.FloatBuffer;
import java.util.function.DoubleUnaryOperator;

/** Copies numbers and labels, and checks them. Not thread-safe. */
final class Numbers {

  /** All are right. */
  static final int GOOD = -1;

  private static final int PIECE = 1 << 11;

  /** The exponent of float32: all its bits are set in what is infinite or not a number. */
  private static final int EXPONENT = 0x7F800000;

  /** Added to an exponent, sets the sign bit if all bits of the exponent are set. */
  private static final int LOWEST_OF_EXPONENT = 0x00800000;

  private static final int MINUS_ZERO = 0x80000000;
  private static final int ONE = Float.floatToRawIntBits(1);

  private final int[] bits = new int[PIECE];

  /**
   * Copies numbers.
   *
   * @param transform what they go through; null for nothing
   * @return the position, from 0, of the first that is not finite; {@link #GOOD} if all are
   */
  int copy(
      NpyArray from,
      long position,
      int count,
      FloatBuffer into,
      int at,
      DoubleUnaryOperator transform) {
    if (from.type() == NpyType.FLOAT32 && transform == null) {
      return copyBits(from, position, count, into, at);
    }
    for (int i = 0; i < count; i++) {
      double value = from.doubleAt(position + i);
      float number = (float) (transform == null ? value : transform.applyAsDouble(value));
      if (!Float.isFinite(number) || !Double.isFinite(value)) {
        return i;
      }
      into.put(at + i, number);
    }
    return GOOD;
  }

  private int copyBits(NpyArray from, long position, int count, FloatBuffer into, int at) {
    for (int done = 0; done < count; done += PIECE) {
      int length = Math.min(PIECE, count - done);
      from.copyFloats(position + done, length, into, at + done);
      from.copyInts(position + done, length, bits, 0);
      int signs = 0;
      for (int i = 0; i < length; i++) {
        signs |= (bits[i] & EXPONENT) + LOWEST_OF_EXPONENT;
      }
      if (signs < 0) {
        int i = 0;
        while ((bits[i] & EXPONENT) != EXPONENT) {
          i++;
        }
        return done + i;
      }
    }
    return GOOD;
  }

  /**
   * Copies labels.
   *
   * @return the position, from 0, of the first that is neither 0 nor 1; {@link #GOOD} if all are
   */
  int copyLabels(NpyArray from, long position, int count, FloatBuffer into, int at) {
    boolean whole = from.type() == NpyType.INT32;
    if (!whole && from.type() != NpyType.FLOAT32) {
      for (int i = 0; i < count; i++) {
        double label = from.doubleAt(position + i);
        if (label != 0 && label != 1) {
          return i;
        }
        into.put(at + i, label == 1 ? 1 : 0);
      }
      return GOOD;
    }
    int one = whole ? 1 : ONE;
    int otherZero = whole ? 0 : MINUS_ZERO;
    for (int done = 0; done < count; done += PIECE) {
      int length = Math.min(PIECE, count - done);
      from.copyInts(position + done, length, bits, 0);
      for (int i = 0; i < length; i++) {
        int label = bits[i];
        if (label != 0 && label != one && label != otherZero) {
          return done + i;
        }
        into.put(at + done + i, label == one ? 1 : 0);
      }
    }
    return GOOD;
  }
}
