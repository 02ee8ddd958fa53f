package dev.farsight.engine.plan;

import java.util.Arrays;

/**
 * Finds and numbers the unique indices of one table's lookups, in the order of first lookup. The
 * numbers in the entries continue from batch to batch, so nothing is cleared between batches.
 *
 * <p>A small table has an entry for each row. A large one has a hash of at least twice as many
 * entries as a batch has lookups, with linear probing. Memory: at most 24 bytes for each lookup of
 * a full batch. Not thread-safe.
 */
final class TableDeduper {

  private static final int GOLDEN = 0x9E3779B1;

  /** A table has few rows if a batch has at least this many lookups for each row. */
  private static final int FEW = 8;

  private final int[] entries;

  /**
   * The unique indices by number: the index in the high half, its count in the low half, because
   * every lookup needs both. One entry more than unique indices, which the loops may read.
   */
  private final long[] unique;

  private final boolean direct;
  private final int shift;
  private final int mask;
  private final int maxLookups;
  private final int maxUnique;

  /** Entries below this number belong to earlier batches. */
  private int epoch = 1;

  /** Unique indices of the current batch. */
  private int uniques;

  /**
   * @param maxLookups most lookups of a batch in this table
   */
  TableDeduper(int rows, int maxLookups) {
    this.maxLookups = maxLookups;
    int capacity = capacity(maxLookups);
    direct = rows <= capacity;
    entries = new int[direct ? rows : capacity];
    shift = 32 - Integer.numberOfTrailingZeros(capacity);
    mask = capacity - 1;
    maxUnique = Math.min(rows, maxLookups);
    unique = new long[maxUnique + 1];
  }

  /** Entries of a hash. */
  private static int capacity(int maxLookups) {
    long twice = Math.max(16, Long.highestOneBit(maxLookups * 2L - 1) * 2);
    return (int) Math.min(twice, 1 << 30);
  }

  /** Most unique indices that a batch can have. */
  int maxUnique() {
    return maxUnique;
  }

  /** A new batch begins. */
  void begin() {
    epoch += uniques;
    uniques = 0;
    if (epoch > Integer.MAX_VALUE - maxLookups) {
      Arrays.fill(entries, 0);
      epoch = 1;
    }
  }

  /**
   * Numbers the first {@code count} indices: {@code uniqueOf[i]} becomes the number of index {@code
   * indices[i]} among the unique ones of the batch.
   */
  void add(int[] indices, int count, int[] uniqueOf) {
    if (!direct) {
      uniques = hashed(indices, count, uniqueOf);
    } else if (entries.length <= maxLookups / FEW) {
      uniques = few(indices, count, uniqueOf);
    } else {
      uniques = direct(indices, count, uniqueOf);
    }
  }

  /** How many unique indices the batch has. */
  int uniques() {
    return uniques;
  }

  /** For a table with so few rows that most lookups repeat an index. */
  private int few(int[] indices, int count, int[] uniqueOf) {
    int uniques = this.uniques;
    for (int s = 0; s < count; s++) {
      int index = indices[s];
      int number = entries[index] - epoch;
      if (number < 0) {
        number = uniques++;
        entries[index] = epoch + number;
        unique[number] = (long) index << 32;
      }
      unique[number]++;
      uniqueOf[s] = number;
    }
    return uniques;
  }

  // In other tables, a branch on whether an index is new would be mispredicted too often. These
  // methods use a mask instead: all ones for a new index, 0 for a known one.

  private int direct(int[] indices, int count, int[] uniqueOf) {
    int uniques = this.uniques;
    for (int s = 0; s < count; s++) {
      int index = indices[s];
      int number = entries[index] - epoch;
      int fresh = number >> 31;
      number += (uniques - number) & fresh;
      uniques -= fresh;
      entries[index] = epoch + number;
      long known = unique[number];
      unique[number] = known + ((((long) index << 32) - known) & fresh) + 1;
      uniqueOf[s] = number;
    }
    return uniques;
  }

  private int hashed(int[] indices, int count, int[] uniqueOf) {
    int uniques = this.uniques;
    for (int s = 0; s < count; s++) {
      int index = indices[s];
      int entry = (index * GOLDEN) >>> shift;
      while (true) {
        int number = entries[entry] - epoch;
        int fresh = number >> 31;
        number += (uniques - number) & fresh;
        long known = unique[number];
        known += (((long) index << 32) - known) & fresh;
        if (index(known) == index) {
          entries[entry] = epoch + number;
          unique[number] = known + 1;
          uniqueOf[s] = number;
          uniques -= fresh;
          break;
        }
        entry = (entry + 1) & mask;
      }
    }
    return uniques;
  }

  /** The unique indices with their counts, by number; see {@link #index} and {@link #count}. */
  long[] unique() {
    return unique;
  }

  static int index(long unique) {
    return (int) (unique >>> 32);
  }

  static int count(long unique) {
    return (int) unique;
  }

  static long heapBytes(int rows, int maxLookups) {
    return (long) Integer.BYTES * Math.min(rows, capacity(maxLookups))
        + (Math.min(rows, maxLookups) + 1L) * Long.BYTES;
  }
}
