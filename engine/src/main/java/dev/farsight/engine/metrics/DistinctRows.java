package dev.farsight.engine.metrics;

import java.util.Arrays;

/**
 * Estimates how many distinct rows were added, by adaptive sampling after Wegman: rows whose hash
 * ends in so many zero bits are remembered, and one bit more is asked for whenever they become too
 * many. Exact up to {@value #MOST_ROWS} distinct rows; then with a standard error below 2 %.
 *
 * <p>A row that is not remembered costs a multiplication and a comparison. Memory: 256 KiB. Not
 * thread-safe.
 */
public final class DistinctRows {

  private static final int MOST_ROWS = 1 << 13;

  private static final int SLOTS = 2 * MOST_ROWS;

  /** A hash table; 0, which is the hash of no row, stands for an empty slot. */
  private long[] hashes = new long[SLOTS];

  private long[] spare = new long[SLOTS];
  private int remembered;
  private int zeroBits;

  /** Adds the first {@code count} of {@code rows}. */
  public void add(long[] rows, int count) {
    for (int i = 0; i < count; i++) {
      long hash = hash(rows[i]);
      if (isSampled(hash)) {
        remember(hash);
      }
    }
  }

  /** How many distinct rows were added, estimated. */
  public long estimate() {
    return (long) remembered << zeroBits;
  }

  private boolean isSampled(long hash) {
    return (hash & ((1L << zeroBits) - 1)) == 0;
  }

  private void remember(long hash) {
    if (insert(hash)) {
      remembered++;
    }
    while (remembered > MOST_ROWS) {
      zeroBits++;
      forgetUnsampled();
    }
  }

  private boolean insert(long hash) {
    int slot = (int) (hash >>> 40) & (SLOTS - 1);
    while (hashes[slot] != 0) {
      if (hashes[slot] == hash) {
        return false;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    hashes[slot] = hash;
    return true;
  }

  private void forgetUnsampled() {
    long[] old = hashes;
    hashes = spare;
    spare = old;
    Arrays.fill(hashes, 0);
    remembered = 0;
    for (long hash : old) {
      if (hash != 0 && isSampled(hash) && insert(hash)) {
        remembered++;
      }
    }
  }

  /** A permutation of 64 bits, the end of that of MurmurHash3; row 0 is moved away from hash 0. */
  private static long hash(long row) {
    long mixed = row + 1;
    mixed ^= mixed >>> 33;
    mixed *= 0xff51afd7ed558ccdL;
    mixed ^= mixed >>> 33;
    mixed *= 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
