package dev.farsight.bench.replay;

import java.util.Arrays;

/**
 * A set of numbers from 0 to {@code size - 1} that finds the greatest below any: a tree of 64-bit
 * words, each telling which words below it are not empty. Every operation is O(log64 size).
 */
final class BitTree {

  private static final int BITS = 6;

  private final long[][] levels;

  BitTree(int size) {
    // One more number than can be in it, so that `below` may be asked about the end.
    long numbers = size + 1L;
    int depth = 1;
    for (long covered = Long.SIZE; covered < numbers; covered <<= BITS) {
      depth++;
    }
    levels = new long[depth][];
    long words = numbers;
    for (int level = 0; level < depth; level++) {
      words = (words + Long.SIZE - 1) >> BITS;
      levels[level] = new long[(int) words];
    }
  }

  void add(int number) {
    int at = number;
    for (long[] level : levels) {
      level[at >> BITS] |= 1L << at;
      at >>= BITS;
    }
  }

  void remove(int number) {
    int at = number;
    for (long[] level : levels) {
      level[at >> BITS] &= ~(1L << at);
      if (level[at >> BITS] != 0) {
        return;
      }
      at >>= BITS;
    }
  }

  /** The greatest number below {@code limit}, which is at most the size; or -1. */
  int below(int limit) {
    int at = limit;
    for (int level = 0; level < levels.length; level++) {
      int word = at >> BITS;
      long lower = levels[level][word] & ((1L << at) - 1);
      if (lower != 0) {
        int found = (word << BITS) + Long.SIZE - 1 - Long.numberOfLeadingZeros(lower);
        return descend(level, found);
      }
      at = word;
    }
    return -1;
  }

  private int descend(int from, int number) {
    int at = number;
    for (int level = from - 1; level >= 0; level--) {
      at = (at << BITS) + Long.SIZE - 1 - Long.numberOfLeadingZeros(levels[level][at]);
    }
    return at;
  }

  void clear() {
    for (long[] level : levels) {
      Arrays.fill(level, 0);
    }
  }
}
