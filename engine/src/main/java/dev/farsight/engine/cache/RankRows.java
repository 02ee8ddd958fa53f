package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import java.util.Locale;

/**
 * Numbers the rows that a rank has by their row ids, without gaps: the slots of a rank that keeps
 * all of them. A look-up reads one cache line.
 *
 * <p><b>Memory.</b> 64 bytes for every {@value #BLOCK_ROWS} rows of all tables: 1.15 bits a row.
 * Immutable, so safe for concurrent use. Built in O(rows of all tables).
 */
final class RankRows {

  /** A block is a cache line: a count of the rows before, and a bit for each of its rows. */
  private static final int BLOCK_WORDS = 8;

  private static final int BLOCK_ROWS = (BLOCK_WORDS - 1) * Long.SIZE;

  private final long[] blocks;
  private final int count;

  RankRows(long rows, RowOwners owners, int rank) {
    blocks = new long[Math.toIntExact((rows / BLOCK_ROWS + 1) * BLOCK_WORDS)];
    long before = 0;
    for (long row = 0; row < rows; row++) {
      int inBlock = (int) (row % BLOCK_ROWS);
      int block = block(row);
      if (inBlock == 0) {
        blocks[block] = before;
      }
      if (owners.on(rank, row)) {
        blocks[block + 1 + inBlock / Long.SIZE] |= 1L << inBlock;
        before++;
      }
    }
    if (rows % BLOCK_ROWS == 0) {
      blocks[block(rows)] = before;
    }
    if (before > Integer.MAX_VALUE) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "cache.size = all: %d rows on one device, at most %d slots are possible",
              before,
              Integer.MAX_VALUE));
    }
    count = (int) before;
  }

  private static int block(long row) {
    return (int) (row / BLOCK_ROWS) * BLOCK_WORDS;
  }

  /** How many rows the rank has. */
  int count() {
    return count;
  }

  /** The slot of a row that the rank has. */
  int slotOf(long row) {
    int block = block(row);
    int inBlock = (int) (row % BLOCK_ROWS);
    int last = block + 1 + inBlock / Long.SIZE;
    int slot = (int) blocks[block];
    for (int word = block + 1; word < last; word++) {
      slot += Long.bitCount(blocks[word]);
    }
    return slot + Long.bitCount(blocks[last] & ((1L << inBlock) - 1));
  }

  /** The row of a slot. O(log rows). */
  long rowOf(int slot) {
    int low = 0;
    int high = blocks.length / BLOCK_WORDS - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (blocks[middle * BLOCK_WORDS] <= slot) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    int remaining = slot - (int) blocks[low * BLOCK_WORDS];
    for (int word = 0; ; word++) {
      long bits = blocks[low * BLOCK_WORDS + 1 + word];
      int inWord = Long.bitCount(bits);
      if (remaining < inWord) {
        for (; remaining > 0; remaining--) {
          bits &= bits - 1;
        }
        return (long) low * BLOCK_ROWS + (long) word * Long.SIZE + Long.numberOfTrailingZeros(bits);
      }
      remaining -= inWord;
    }
  }

  /** Bytes on the heap. */
  static long heapBytes(long rows) {
    return (rows / BLOCK_ROWS + 1) * BLOCK_WORDS * Long.BYTES;
  }
}
