package dev.farsight.datasets.npy;

import java.nio.FloatBuffer;
import java.util.function.DoubleUnaryOperator;

/** Copies numbers and checks that they are finite. Not thread-safe. */
final class Numbers {

  /** All numbers are finite. */
  static final int GOOD = -1;

  private static final int PIECE = 1 << 11;
  private static final int INFINITE = 0x7F800000;

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
      int largest = 0;
      for (int i = 0; i < length; i++) {
        largest = Math.max(largest, bits[i] & Integer.MAX_VALUE);
      }
      if (largest >= INFINITE) {
        int i = 0;
        while ((bits[i] & Integer.MAX_VALUE) < INFINITE) {
          i++;
        }
        return done + i;
      }
    }
    return GOOD;
  }
}
