package dev.farsight.engine.data;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Finds the first wrong value of an array of a batch. The arrays have just been filled, so they are
 * in the processor's cache. They are first looked at all together, in loops that the compiler turns
 * into vector instructions: of ints, the sign bit of a difference tells that some value is wrong;
 * of floats, how far the farthest one is outside. Allocates nothing. Not thread-safe.
 */
final class FirstWrong {

  /** No value is wrong. */
  static final int NONE = -1;

  /** Values that are copied out of a buffer at a time, as loops over arrays are faster. */
  private static final int CHUNK = 1024;

  private final float[] chunk = new float[CHUNK];

  /** By position in a chunk: how far outside a value is there, at most. NaN prevails. */
  private final float[] farthest = new float[CHUNK];

  /** The first value that is not from {@code low} to {@code high}; NaN is not. */
  int outside(FloatBuffer values, int count, float low, float high) {
    Arrays.fill(farthest, 0);
    for (int from = 0; from < count; from += CHUNK) {
      measure(copy(values, from, count), low, high);
    }
    for (float outside : farthest) {
      if (!(outside <= 0)) {
        return firstOutside(values, count, low, high);
      }
    }
    return NONE;
  }

  /** A number each and two short loops: a maximum of all would not become vector instructions. */
  private void measure(int count, float low, float high) {
    float[] value = chunk;
    float[] outside = farthest;
    for (int i = 0; i < count; i++) {
      outside[i] = Math.max(outside[i], low - value[i]);
    }
    for (int i = 0; i < count; i++) {
      outside[i] = Math.max(outside[i], value[i] - high);
    }
  }

  private static int firstOutside(FloatBuffer values, int count, float low, float high) {
    for (int i = 0; i < count; i++) {
      if (!(values.get(i) >= low && values.get(i) <= high)) {
        return i;
      }
    }
    throw new AssertionError("the two loops differ");
  }

  /** The first label that is neither 0 nor 1. */
  int noLabel(FloatBuffer labels, int count) {
    for (int from = 0; from < count; from += CHUNK) {
      int end = copy(labels, from, count);
      for (int i = 0; i < end; i++) {
        // One comparison: labels are in no order, and a branch for each value could not be
        // foreseen.
        if (chunk[i] * (chunk[i] - 1) != 0) {
          return from + i;
        }
      }
    }
    return NONE;
  }

  /** Whether some value is not 0. */
  static boolean someNotZero(FloatBuffer values, int count) {
    for (int i = 0; i < count; i++) {
      if (values.get(i) != 0) {
        return true;
      }
    }
    return false;
  }

  private int copy(FloatBuffer values, int from, int count) {
    int end = Math.min(CHUNK, count - from);
    values.get(from, chunk, 0, end);
    return end;
  }

  /** The first index that is not from 0 to {@code rows - 1}. */
  static int outside(int[] indices, int count, int rows) {
    int last = rows - 1;
    int signs = 0;
    for (int i = 0; i < count; i++) {
      signs |= indices[i] | last - indices[i];
    }
    if (signs >= 0) {
      return NONE;
    }
    for (int i = 0; i < count; i++) {
      if (indices[i] < 0 || indices[i] > last) {
        return i;
      }
    }
    throw new AssertionError("the two loops differ");
  }

  /** The first sample whose bag does not have {@code min} to {@code max} lookups. */
  static int badBag(int[] offsets, int samples, int min, int max) {
    int signs = 0;
    for (int s = 0; s < samples; s++) {
      int lookups = offsets[s + 1] - offsets[s];
      signs |= offsets[s + 1] | lookups | lookups - min | max - lookups;
    }
    if (signs >= 0) {
      return NONE;
    }
    for (int s = 0; s < samples; s++) {
      long lookups = (long) offsets[s + 1] - offsets[s];
      if (lookups < min || lookups > max) {
        return s;
      }
    }
    throw new AssertionError("the two loops differ");
  }
}
