package dev.farsight.engine.checkpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A set of row ids, one bit a row. Adding, removing and asking are safe from several threads: who
 * sees a change sees what its thread did before. Everything else needs the set to be at rest.
 */
final class RowBits {

  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] words;

  /** An empty set of ids below {@code rows}. */
  RowBits(long rows) {
    words = new long[Math.toIntExact((rows + Long.SIZE - 1) >>> 6)];
  }

  boolean contains(long row) {
    return ((long) WORDS.getAcquire(words, (int) (row >>> 6)) >>> row & 1) != 0;
  }

  void add(long row) {
    if (!contains(row)) {
      long unused = (long) WORDS.getAndBitwiseOrRelease(words, (int) (row >>> 6), 1L << row);
    }
  }

  void remove(long row) {
    long unused = (long) WORDS.getAndBitwiseAndRelease(words, (int) (row >>> 6), ~(1L << row));
  }

  /** The smallest id in the set that is not below {@code from}, or -1. */
  long next(long from) {
    int w = (int) (from >>> 6);
    if (w >= words.length) {
      return -1;
    }
    long word = (long) WORDS.getAcquire(words, w) & -1L << from;
    while (word == 0) {
      if (++w == words.length) {
        return -1;
      }
      word = (long) WORDS.getAcquire(words, w);
    }
    return ((long) w << 6) + Long.numberOfTrailingZeros(word);
  }

  long count() {
    long count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  void clear() {
    Arrays.fill(words, 0);
  }

  void addAll(RowBits others) {
    for (int w = 0; w < words.length; w++) {
      words[w] |= others.words[w];
    }
  }
}
