package dev.farsight.engine.metrics;

import java.util.Arrays;

/**
 * Estimates how many distinct rows were added, by adaptive sampling after Wegman: rows whose hash
 * begins with so many zero bits are remembered, and one bit more is asked for whenever they become
 * too many. Exact up to {@value #MOST_ROWS} distinct rows; then with a standard error below 2 %.
 *
 * <p>A row that is not remembered costs a multiplication and a comparison. Memory: 256 KiB. Not
 * thread-safe.
 */
public final class DistinctRows {

  private static final int MOST_ROWS = 1 << 13;

  private static final int SLOTS = 2 * MOST_ROWS;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** A hash table of row ids plus 1; 0 stands for an empty slot. */
  private long[] entries = new long[SLOTS];

  private long[] spare = new long[SLOTS];
  private int remembered;
  private int zeroBits;

  /** A row is sampled if its product is at most this: the smallest one of 2^zeroBits. */
  private long mostSampled = Long.MAX_VALUE;

  /** Adds the first {@code count} of {@code rows}. */
  public void add(long[] rows, int count) {
    for (int i = 0; i < count; i++) {
      if (isSampled(rows[i])) {
        remember(rows[i]);
      }
    }
  }

  /** How many distinct rows were added, estimated. */
  public long estimate() {
    return (long) remembered << zeroBits;
  }

  /** Nearly all rows end here, so it is cheap: a multiplication spreads ids of any step well. */
  private boolean isSampled(long row) {
    return row * GOLDEN <= mostSampled;
  }

  private void remember(long row) {
    if (insert(row)) {
      remembered++;
    }
    while (remembered > MOST_ROWS) {
      zeroBits++;
      mostSampled = Long.MIN_VALUE + (-1L >>> zeroBits);
      forgetUnsampled();
    }
  }

  private boolean insert(long row) {
    long entry = row + 1;
    int slot = (int) (hash(row) >>> 40) & (SLOTS - 1);
    while (entries[slot] != 0) {
      if (entries[slot] == entry) {
        return false;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    entries[slot] = entry;
    return true;
  }

  private void forgetUnsampled() {
    long[] old = entries;
    entries = spare;
    spare = old;
    Arrays.fill(entries, 0);
    remembered = 0;
    for (long entry : old) {
      if (entry != 0 && isSampled(entry - 1) && insert(entry - 1)) {
        remembered++;
      }
    }
  }

  /** A permutation of 64 bits, the end of that of MurmurHash3. */
  private static long hash(long row) {
    long mixed = row;
    mixed ^= mixed >>> 33;
    mixed *= 0xff51afd7ed558ccdL;
    mixed ^= mixed >>> 33;
    mixed *= 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
