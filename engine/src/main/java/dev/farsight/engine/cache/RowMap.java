package dev.farsight.engine.cache;

/**
 * A hash map from row ids to ints, for the planner's inner loops: open addressing with linear
 * probing, key and value side by side so that a look-up touches one cache line, deletion by
 * shifting back, so that no tombstones pile up.
 *
 * <p>Load is kept at or below one half: 32 to 64 bytes an entry. Every operation is expected O(1).
 * Allocates only when it grows beyond the size it was made for. One thread at a time.
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

  /** Never read. */
  @SuppressWarnings("unused")
  private long touched;

  /**
   * @param expected how many rows will be in the map at most, without it having to grow
   */
  public RowMap(int expected) {
    allocate(Math.max(16, Integer.highestOneBit(Math.max(1, expected) * 2 - 1) * 2));
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
    int at = home(key);
    while (true) {
      long found = e[2 * at];
      if (found == key) {
        return (int) e[2 * at + 1];
      }
      if (found == 0) {
        return ABSENT;
      }
      at = (at + 1) & mask;
    }
  }

  @Override
  public void get(long[] rows, int[] positions, int from, int count, int[] values) {
    long[] e = entries;
    long sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += e[2 * home(rows[positions == null ? i : positions[i]] + 1)];
    }
    touched = sum; // else the compiler drops the reads, for whose side effect they are there
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
    int at = home(key);
    while (true) {
      long found = entries[2 * at];
      if (found == key) {
        int before = (int) entries[2 * at + 1];
        entries[2 * at + 1] = value;
        return before;
      }
      if (found == 0) {
        break;
      }
      at = (at + 1) & mask;
    }
    entries[2 * at] = key;
    entries[2 * at + 1] = value;
    if (++size > (mask + 1) / 2) {
      grow();
    }
    return ABSENT;
  }

  @Override
  public void remove(long row) {
    int at = find(row);
    if (at >= 0) {
      removeAt(at);
    }
  }

  @Override
  public void expire(long row, int value) {
    int at = find(row);
    if (at >= 0 && (int) entries[2 * at + 1] == value) {
      removeAt(at);
    }
  }

  @Override
  public boolean expires() {
    return true;
  }

  private int find(long row) {
    long key = row + 1;
    int at = home(key);
    while (entries[2 * at] != 0) {
      if (entries[2 * at] == key) {
        return at;
      }
      at = (at + 1) & mask;
    }
    return -1;
  }

  private void removeAt(int hole) {
    size--;
    int at = hole;
    while (true) {
      at = (at + 1) & mask;
      long key = entries[2 * at];
      if (key == 0) {
        entries[2 * hole] = 0;
        return;
      }
      // An entry may move back to the hole unless its home lies after the hole on the way to it.
      if (((at - home(key)) & mask) >= ((at - hole) & mask)) {
        entries[2 * hole] = key;
        entries[2 * hole + 1] = entries[2 * at + 1];
        hole = at;
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
}
