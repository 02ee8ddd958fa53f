package dev.farsight.engine.plan;

/**
 * Finds the unique indices of one table's lookups, in the order of their first lookup, and numbers
 * them. Entries hold a number that counts on from batch to batch, so nothing is cleared in between.
 *
 * <p>A small table is mapped directly; a large one by a hash of twice the batch, with linear
 * probing. Memory: at most 16 bytes a lookup of a full batch. Not thread-safe.
 */
final class TableDeduper {

  private static final int GOLDEN = 0x9E3779B1;

  /** A table has few rows if it has one for so many samples or more. */
  private static final int FEW = 8;

  private final int[] entries;

  /**
   * The unique indices by number, each with its count below it: both are needed at every lookup.
   * One more than there can be, for the loops to look at.
   */
  private final long[] unique;

  private final boolean direct;
  private final int shift;
  private final int mask;
  private final int batchSize;
  private final int most;

  /** Entries below this were made for earlier batches. */
  private int epoch = 1;

  private int found;

  TableDeduper(int rows, int batchSize) {
    this.batchSize = batchSize;
    int capacity = Math.max(16, Integer.highestOneBit(batchSize * 2 - 1) * 2);
    direct = rows <= capacity;
    entries = new int[direct ? rows : capacity];
    shift = 32 - Integer.numberOfTrailingZeros(capacity);
    mask = capacity - 1;
    most = Math.min(rows, batchSize);
    unique = new long[most + 1];
  }

  /** Most unique indices that a batch can have. */
  int most() {
    return most;
  }

  /**
   * Numbers the first {@code count} indices: {@code uniqueOf[s]} becomes the number of index {@code
   * indices[s]} among the unique ones.
   *
   * @return how many are unique
   */
  int run(int[] indices, int count, int[] uniqueOf) {
    if (epoch > Integer.MAX_VALUE - batchSize) {
      java.util.Arrays.fill(entries, 0);
      epoch = 1;
    }
    if (!direct) {
      found = hashed(indices, count, uniqueOf);
    } else if (entries.length <= batchSize / FEW) {
      found = few(indices, count, uniqueOf);
    } else {
      found = direct(indices, count, uniqueOf);
    }
    epoch += found;
    return found;
  }

  /** Of a table with so few rows that most indices have been seen. */
  private int few(int[] indices, int count, int[] uniqueOf) {
    int uniques = 0;
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

  // Otherwise whether an index is new is anyone's guess: a branch would be mispredicted too often,
  // so these choose by masks, which are all ones for a new index and 0 for another.

  private int direct(int[] indices, int count, int[] uniqueOf) {
    int uniques = 0;
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
    int uniques = 0;
    for (int s = 0; s < count; s++) {
      int index = indices[s];
      int at = (index * GOLDEN) >>> shift;
      while (true) {
        int number = entries[at] - epoch;
        int fresh = number >> 31;
        number += (uniques - number) & fresh;
        long known = unique[number];
        known += (((long) index << 32) - known) & fresh;
        if (index(known) == index) {
          entries[at] = epoch + number;
          unique[number] = known + 1;
          uniqueOf[s] = number;
          uniques -= fresh;
          break;
        }
        at = (at + 1) & mask;
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
}
