package dev.farsight.reading.internal.record;

import java.util.BitSet;

/**
 * The rows of a table that stay as they are; the lookups of all others go to one more row behind
 * them. Index 0, which missing values look up, is always kept. Immutable; one bit a row.
 */
final class KeptRows {

  private final long[] words;
  private final int rows;

  /**
   * @param rows rows of the table without the shared one, which has this index
   * @param kept indices of the rows that are kept, all below {@code rows}
   */
  KeptRows(int rows, BitSet kept) {
    this.rows = rows;
    this.words = new long[(rows + Long.SIZE - 1) / Long.SIZE];
    long[] given = kept.toLongArray();
    System.arraycopy(given, 0, words, 0, given.length);
    words[0] |= 1;
  }

  /** Where a lookup of a row goes. */
  int of(int index) {
    return contains(index) ? index : rows;
  }

  boolean contains(int index) {
    return (words[index >> 6] >>> index & 1) != 0;
  }

  /** Rows of the table without the shared one. */
  int rows() {
    return rows;
  }

  /** How many rows are kept. */
  int size() {
    int size = 0;
    for (long word : words) {
      size += Long.bitCount(word);
    }
    return size;
  }

  /** The rows kept here or there, of the same table. */
  KeptRows or(KeptRows other) {
    BitSet both = bits();
    both.or(other.bits());
    return new KeptRows(rows, both);
  }

  /** The indices of the rows kept. */
  BitSet bits() {
    return BitSet.valueOf(words);
  }
}
