package dev.farsight.collective;

import java.nio.Buffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Combines the parts of all ranks in rank order: the sum of floats or doubles, the maximum of
 * longs. Works in blocks on the heap, which the compiler can vectorise. One thread.
 */
final class RankOrder {

  private static final int BLOCK = 4096;

  /** What each rank contributes, and from which element. */
  final Buffer[] parts;

  final int[] partStarts;

  private final float[] floatTotals = new float[BLOCK];
  private final float[] floats = new float[BLOCK];
  private final double[] doubleTotals = new double[BLOCK];
  private final double[] doubles = new double[BLOCK];
  private final long[] longTotals = new long[BLOCK];
  private final long[] longs = new long[BLOCK];

  RankOrder(int ranks) {
    parts = new Buffer[ranks];
    partStarts = new int[ranks];
  }

  /** Combines {@code count} elements into one buffer, which may be a part at its place. */
  void into(Elements elements, int count, Buffer target, int start) {
    for (int done = 0; done < count; done += BLOCK) {
      int block = Math.min(BLOCK, count - done);
      combine(elements, done, block);
      put(elements, target, start + done, block);
    }
  }

  /** Combines {@code count} elements and puts the result into all parts, at its place. */
  void intoParts(Elements elements, int count) {
    for (int done = 0; done < count; done += BLOCK) {
      int block = Math.min(BLOCK, count - done);
      combine(elements, done, block);
      for (int rank = 0; rank < parts.length; rank++) {
        put(elements, parts[rank], partStarts[rank] + done, block);
      }
    }
  }

  private void combine(Elements elements, int done, int block) {
    switch (elements) {
      case FLOATS -> sumFloats(done, block);
      case DOUBLES -> sumDoubles(done, block);
      case LONGS -> maxLongs(done, block);
      default -> throw new IllegalArgumentException(elements.title);
    }
  }

  private void put(Elements elements, Buffer target, int start, int block) {
    switch (elements) {
      case FLOATS -> ((FloatBuffer) target).put(start, floatTotals, 0, block);
      case DOUBLES -> ((DoubleBuffer) target).put(start, doubleTotals, 0, block);
      default -> ((LongBuffer) target).put(start, longTotals, 0, block);
    }
  }

  private void sumFloats(int done, int block) {
    ((FloatBuffer) parts[0]).get(partStarts[0] + done, floatTotals, 0, block);
    for (int rank = 1; rank < parts.length; rank++) {
      ((FloatBuffer) parts[rank]).get(partStarts[rank] + done, floats, 0, block);
      for (int i = 0; i < block; i++) {
        floatTotals[i] += floats[i];
      }
    }
  }

  private void sumDoubles(int done, int block) {
    ((DoubleBuffer) parts[0]).get(partStarts[0] + done, doubleTotals, 0, block);
    for (int rank = 1; rank < parts.length; rank++) {
      ((DoubleBuffer) parts[rank]).get(partStarts[rank] + done, doubles, 0, block);
      for (int i = 0; i < block; i++) {
        doubleTotals[i] += doubles[i];
      }
    }
  }

  private void maxLongs(int done, int block) {
    ((LongBuffer) parts[0]).get(partStarts[0] + done, longTotals, 0, block);
    for (int rank = 1; rank < parts.length; rank++) {
      ((LongBuffer) parts[rank]).get(partStarts[rank] + done, longs, 0, block);
      for (int i = 0; i < block; i++) {
        longTotals[i] = Math.max(longTotals[i], longs[i]);
      }
    }
  }
}
