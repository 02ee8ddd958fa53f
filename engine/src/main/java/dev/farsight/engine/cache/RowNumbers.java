package dev.farsight.engine.cache;

import dev.farsight.api.concurrent.Workers;
import java.util.Objects;
import java.util.function.LongPredicate;

/**
 * Numbers some of the rows by their row ids, without gaps: the slots of a rank that keeps all of
 * its rows, or the rows of a process. A look-up reads one cache line; the way back reads about
 * three, if the rows are spread evenly.
 *
 * <p><b>Memory.</b> 64 bytes for every {@value #BLOCK_ROWS} rows of all tables, and 4 for every
 * {@value #HINT_ROWS} rows numbered: 1.4 bits a row. At most 10^11 rows. Immutable, so safe for
 * concurrent use. Built in O(rows of all tables), by all workers.
 */
public final class RowNumbers {

  /**
   * A block is a cache line: how many rows before it have a number; how many before each of its
   * words of bits, {@value #SUM_BITS} bits each; and a bit for each of its rows. So a look-up has
   * neither loop nor branch.
   */
  private static final int BLOCK_WORDS = 8;

  private static final int SUMS = 1;
  private static final int BITS = 2;
  private static final int SUM_BITS = 9;
  private static final int BLOCK_ROWS = (BLOCK_WORDS - BITS) * Long.SIZE;

  /** Blocks that a thread fills at a time. */
  private static final int SLICE_BLOCKS = 1024;

  /** So many numbers have a hint in common where their rows are. */
  private static final int HINT_ROWS = 512;

  private final long rows;
  private final long[] blocks;

  /** The block of the rows numbered 0, HINT_ROWS, 2 HINT_ROWS and so on; last the last block. */
  private final int[] hints;

  private final long count;

  /**
   * @param rows of all tables
   * @param numbered which rows get a number; called by all workers at once
   */
  public RowNumbers(long rows, LongPredicate numbered, Workers workers) {
    this.rows = rows;
    blocks = new long[Math.toIntExact((rows / BLOCK_ROWS + 1) * BLOCK_WORDS)];
    int all = blocks.length / BLOCK_WORDS;
    workers.run(
        (all + SLICE_BLOCKS - 1) / SLICE_BLOCKS, (slice, worker) -> fill(slice, all, numbered));
    count = countBefore(all);
    hints = hints(all);
  }

  /** Sets the bits of a slice's rows, and in place of the counts before how many each block has. */
  private void fill(int slice, int all, LongPredicate numbered) {
    int end = Math.min(all, (slice + 1) * SLICE_BLOCKS);
    for (int block = slice * SLICE_BLOCKS; block < end; block++) {
      long first = (long) block * BLOCK_ROWS;
      int blockRows = (int) Math.min(BLOCK_ROWS, rows - first);
      int at = block * BLOCK_WORDS;
      for (int r = 0; r < blockRows; r++) {
        if (numbered.test(first + r)) {
          blocks[at + BITS + r / Long.SIZE] |= 1L << r;
        }
      }
      long inBlock = 0;
      for (int word = 0; word < BLOCK_WORDS - BITS; word++) {
        blocks[at + SUMS] |= inBlock << (word * SUM_BITS);
        inBlock += Long.bitCount(blocks[at + BITS + word]);
      }
      blocks[at] = inBlock;
    }
  }

  /** Makes counts of rows before out of counts in blocks; returns how many there are in all. */
  private long countBefore(int all) {
    long before = 0;
    for (int block = 0; block < all; block++) {
      long inBlock = blocks[block * BLOCK_WORDS];
      blocks[block * BLOCK_WORDS] = before;
      before += inBlock;
    }
    return before;
  }

  private int[] hints(int all) {
    var found = new int[Math.toIntExact((count + HINT_ROWS - 1) / HINT_ROWS + 1)];
    found[found.length - 1] = all - 1;
    int hint = 0;
    for (int block = 0; block < all; block++) {
      long end = block + 1 < all ? blocks[(block + 1) * BLOCK_WORDS] : count;
      for (; (long) hint * HINT_ROWS < end; hint++) {
        found[hint] = block;
      }
    }
    return found;
  }

  /** How many rows have a number. */
  public long count() {
    return count;
  }

  /**
   * Whether a row has a number.
   *
   * @throws IndexOutOfBoundsException for a row id outside the tables
   */
  public boolean has(long row) {
    Objects.checkIndex(row, rows);
    int inBlock = (int) (row % BLOCK_ROWS);
    return (blocks[block(row) + BITS + inBlock / Long.SIZE] >>> inBlock & 1) != 0;
  }

  private static int block(long row) {
    return (int) (row / BLOCK_ROWS) * BLOCK_WORDS;
  }

  /**
   * How many rows before this one have a number: its own number, if it has one.
   *
   * @param row up to the number of all rows
   */
  public long numberOf(long row) {
    int block = block(row);
    int inBlock = (int) (row % BLOCK_ROWS);
    int word = inBlock / Long.SIZE;
    long inWords = (blocks[block + SUMS] >>> (word * SUM_BITS)) & ((1L << SUM_BITS) - 1);
    long bits = blocks[block + BITS + word] & ((1L << inBlock) - 1);
    return blocks[block] + inWords + Long.bitCount(bits);
  }

  /** The row of a number. O(1) if the rows are spread evenly, otherwise O(log rows). */
  public long rowOf(long number) {
    int block = blockOf(number);
    int remaining = (int) (number - blocks[block * BLOCK_WORDS]);
    for (int word = 0; ; word++) {
      long bits = blocks[block * BLOCK_WORDS + BITS + word];
      int inWord = Long.bitCount(bits);
      if (remaining < inWord) {
        for (; remaining > 0; remaining--) {
          bits &= bits - 1;
        }
        return (long) block * BLOCK_ROWS
            + (long) word * Long.SIZE
            + Long.numberOfTrailingZeros(bits);
      }
      remaining -= inWord;
    }
  }

  /** The last block with no more rows before it than the number. */
  private int blockOf(long number) {
    int hint = (int) (number / HINT_ROWS);
    int low = hints[hint];
    int high = hints[hint + 1];
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (blocks[middle * BLOCK_WORDS] <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Bytes on the heap, at most. */
  public static long heapBytes(long rows) {
    return (rows / BLOCK_ROWS + 1) * BLOCK_WORDS * Long.BYTES
        + (rows / HINT_ROWS + 2) * Integer.BYTES;
  }
}
