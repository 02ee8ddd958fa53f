package dev.farsight.engine.cache;

/**
 * A hash map from row ids to ints, for the planner's inner loops. Open addressing with linear
 * probing. Key and value are adjacent, so a look-up usually touches one cache line. Deletion shifts
 * later entries back, so there are no tombstones.
 *
 * <p>The load is at most one half: 32 to 64 bytes an entry. Every operation is expected O(1).
 * Allocates only if it grows beyond its initial size. One thread at a time.
 */
public final class RowMap implements RowIndex {

  /** Most rows that fit. */
  public static final int MOST = 1 << 28;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** Pairs of (row id + 1, value); a first element of 0 marks an empty entry. */
  private long[] entries;

  private int mask;
  private int shift;
  private int size;

  /** Written so that the compiler keeps the reads of a block look-up; never read. */
  @SuppressWarnings("unused")
  private long touched;

  /**
   * @param expected how many rows fit before the map grows
   */
  public RowMap(int expected) {
    allocate(capacity(expected));
  }

  /** Entries, of which at most half are used. */
  private static int capacity(int expected) {
    return Math.max(16, Integer.highestOneBit(Math.max(1, expected) * 2 - 1) * 2);
  }

  private void allocate(int capacity) {
    if (capacity <= 0 || capacity > 2 * MOST) {
      throw new IllegalArgumentException("a row map of that many entries");
    }
    entries = new long[2 * capacity];
    mask = capacity - 1;
    shift = 64 - Integer.numberOfTrailingZeros(capacity);
  }

  public int size() {
    return size;
  }

  @Override
  public int get(long row) {
    long key = row + 1;
    long[] e = entries;
    int entry = home(key);
    while (true) {
      long present = e[2 * entry];
      if (present == key) {
        return (int) e[2 * entry + 1];
      }
      if (present == 0) {
        return ABSENT;
      }
      entry = (entry + 1) & mask;
    }
  }

  @Override
  public void get(long[] rows, int[] positions, int from, int count, int[] values) {
    long[] e = entries;
    long sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += e[2 * home(rows[positions == null ? i : positions[i]] + 1)];
    }
    touched = sum; // otherwise the compiler would drop the reads, which fill the cache
    for (int i = 0; i < count; i++) {
      values[i] = get(rows[positions == null ? from + i : positions[from + i]]);
    }
  }

  @Override
  public void set(long row, int value) {
    put(row, value);
  }

  /** Sets the row's value and returns the one before, or {@link #ABSENT}. */
  public int put(long row, int value) {
    long key = row + 1;
    int entry = home(key);
    while (true) {
      long present = entries[2 * entry];
      if (present == key) {
        int before = (int) entries[2 * entry + 1];
        entries[2 * entry + 1] = value;
        return before;
      }
      if (present == 0) {
        break;
      }
      entry = (entry + 1) & mask;
    }
    entries[2 * entry] = key;
    entries[2 * entry + 1] = value;
    if (++size > (mask + 1) / 2) {
      grow();
    }
    return ABSENT;
  }

  @Override
  public void remove(long row) {
    int entry = entryOf(row);
    if (entry >= 0) {
      removeAt(entry);
    }
  }

  @Override
  public void expire(long row, int value) {
    int entry = entryOf(row);
    if (entry >= 0 && (int) entries[2 * entry + 1] == value) {
      removeAt(entry);
    }
  }

  @Override
  public boolean expires() {
    return true;
  }

  private int entryOf(long row) {
    long key = row + 1;
    int entry = home(key);
    while (entries[2 * entry] != 0) {
      if (entries[2 * entry] == key) {
        return entry;
      }
      entry = (entry + 1) & mask;
    }
    return -1;
  }

  private void removeAt(int hole) {
    size--;
    int entry = hole;
    while (true) {
      entry = (entry + 1) & mask;
      long key = entries[2 * entry];
      if (key == 0) {
        entries[2 * hole] = 0;
        return;
      }
      // An entry may move back to the hole unless its home lies after the hole on the way to it.
      if (((entry - home(key)) & mask) >= ((entry - hole) & mask)) {
        entries[2 * hole] = key;
        entries[2 * hole + 1] = entries[2 * entry + 1];
        hole = entry;
      }
    }
  }

  private void grow() {
    long[] old = entries;
    allocate((mask + 1) * 2);
    size = 0;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0) {
        put(old[i] - 1, (int) old[i + 1]);
      }
    }
  }

  private int home(long key) {
    return (int) ((key * GOLDEN) >>> shift);
  }

  /** Bytes of a map that so many rows were expected in. */
  static long heapBytes(int expected) {
    return 2L * Long.BYTES * capacity(expected);
  }
}
