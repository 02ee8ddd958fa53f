package dev.farsight.engine.plan;

/**
 * Finds and numbers the unique indices of one table's lookups, in the order of first lookup. The
 * numbers in the entries continue from batch to batch, so nothing is cleared between batches.
 *
 * <p>A small table has an entry for each row. A large one has a hash of twice the batch size, with
 * linear probing. Memory: at most 16 bytes for each lookup of a full batch. Not thread-safe.
 */
final class TableDeduper {

  private static final int GOLDEN = 0x9E3779B1;

  /** A table has few rows if a batch has at least this many samples for each row. */
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
  private final int batchSize;
  private final int maxUnique;

  /** Entries below this number belong to earlier batches. */
  private int epoch = 1;

  TableDeduper(int rows, int batchSize) {
    this.batchSize = batchSize;
    int capacity = capacity(batchSize);
    direct = rows <= capacity;
    entries = new int[direct ? rows : capacity];
    shift = 32 - Integer.numberOfTrailingZeros(capacity);
    mask = capacity - 1;
    maxUnique = Math.min(rows, batchSize);
    unique = new long[maxUnique + 1];
  }

  /** Entries of a hash. */
  private static int capacity(int batchSize) {
    return Math.max(16, Integer.highestOneBit(batchSize * 2 - 1) * 2);
  }

  /** Most unique indices that a batch can have. */
  int maxUnique() {
    return maxUnique;
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
    int uniques;
    if (!direct) {
      uniques = hashed(indices, count, uniqueOf);
    } else if (entries.length <= batchSize / FEW) {
      uniques = few(indices, count, uniqueOf);
    } else {
      uniques = direct(indices, count, uniqueOf);
    }
    epoch += uniques;
    return uniques;
  }

  /** For a table with so few rows that most lookups repeat an index. */
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

  // In other tables, a branch on whether an index is new would be mispredicted too often. These
  // methods use a mask instead: all ones for a new index, 0 for a known one.

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

  static long heapBytes(int rows, int batchSize) {
    return (long) Integer.BYTES * Math.min(rows, capacity(batchSize))
        + (Math.min(rows, batchSize) + 1L) * Long.BYTES;
  }
}
