package dev.farsight.engine.share;

import java.util.ArrayDeque;

/**
 * Arrays of row ids that calls borrow. There are as many as calls have been under way at once, each
 * as large as the largest call that had it, rounded up to a power of two. Safe for concurrent use.
 */
final class IdArrays {

  private final ArrayDeque<long[]> free = new ArrayDeque<>();

  /** Borrows an array of at least this length. */
  long[] take(int length) {
    long[] ids;
    synchronized (free) {
      ids = free.pollLast();
    }
    if (ids != null && ids.length >= length) {
      return ids;
    }
    int room = Integer.highestOneBit(Math.max(1, length - 1)) << 1;
    return new long[room < length ? length : room];
  }

  /** Gives an array back. */
  void give(long[] ids) {
    synchronized (free) {
      free.addLast(ids);
    }
  }
}
