package dev.farsight.reading.internal.vocabulary;

/**
 * How often mixed values were met: a hash table of primitives, 12 bytes a slot, whose entries stand
 * in ascending order. An entry's home is told by its top bits; it stands there or behind, and a new
 * one moves those that are larger. Not thread-safe.
 */
public final class MixedCounts {

  private static final int FIRST_BITS = 6;
  private static final int MOST_BITS = 28;

  /** Slots behind the last home. */
  private static final int OVERFLOW = 64;

  private static final int SLOT_BYTES = Long.BYTES + Integer.BYTES;

  private int bits = FIRST_BITS;
  private long[] mixed = new long[slots(bits)];

  /** 0: a slot is free. The last one always is. */
  private int[] counts = new int[slots(bits)];

  private int size;

  private static int slots(int bits) {
    return (1 << bits) + OVERFLOW;
  }

  /** Heap that it takes. */
  public long bytes() {
    return (long) mixed.length * SLOT_BYTES;
  }

  /** Entries. */
  public int size() {
    return size;
  }

  /** Slots, of which some are free. */
  public int slots() {
    return mixed.length;
  }

  public long mixed(int slot) {
    return mixed[slot];
  }

  /** 0 if the slot is free. */
  public int count(int slot) {
    return counts[slot];
  }

  /**
   * Counts a value.
   *
   * @return false if there is no room for it; it is not counted then
   */
  public boolean add(long value) {
    int at = home(value);
    while (counts[at] != 0 && Long.compareUnsigned(mixed[at], value) < 0) {
      at++;
    }
    if (counts[at] != 0 && mixed[at] == value) {
      if (counts[at] == Integer.MAX_VALUE) {
        return false;
      }
      counts[at]++;
      return true;
    }
    int free = at;
    while (counts[free] != 0) {
      free++;
    }
    if (free == counts.length - 1 || size >= (3 << bits) / 4) {
      return false;
    }
    System.arraycopy(mixed, at, mixed, at + 1, free - at);
    System.arraycopy(counts, at, counts, at + 1, free - at);
    mixed[at] = value;
    counts[at] = 1;
    size++;
    return true;
  }

  private int home(long value) {
    return (int) (value >>> (Long.SIZE - bits));
  }

  /** Whether there can be more room. */
  public boolean growable() {
    return bits < MOST_BITS;
  }

  /** Makes twice the room. */
  public void grow() {
    long[] oldMixed = mixed;
    int[] oldCounts = counts;
    boolean fits;
    do {
      bits++;
      mixed = new long[slots(bits)];
      counts = new int[slots(bits)];
      fits = take(oldMixed, oldCounts);
    } while (!fits);
  }

  /** Takes entries over, in their order; false if they do not fit. */
  private boolean take(long[] fromMixed, int[] fromCounts) {
    int next = 0;
    for (int slot = 0; slot < fromMixed.length; slot++) {
      if (fromCounts[slot] != 0) {
        int at = Math.max(next, home(fromMixed[slot]));
        if (at >= mixed.length - 1) {
          return false;
        }
        mixed[at] = fromMixed[slot];
        counts[at] = fromCounts[slot];
        next = at + 1;
      }
    }
    return true;
  }
}
