package dev.farsight.cache.lfu;

import dev.farsight.api.table.InitialRows;
import java.util.Arrays;

/**
 * Finds the entry of an array of distinct keys that holds a key: an open-addressing hash table of
 * positions in that array, which belongs to the caller. Keys must not change while they are in.
 *
 * <p>O(1); 8 to 16 bytes an entry; allocates nothing after construction.
 */
final class KeyIndex {

  /** No entry holds the key. */
  static final int NONE = -1;

  private final long[] keys;
  private final int[] table; // entry + 1, 0 where empty; linear probing
  private final int shift;

  KeyIndex(long[] keys) {
    this.keys = keys;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(2 * keys.length - 1);
    table = new int[1 << bits];
    shift = Long.SIZE - bits;
  }

  /** The entry that holds a key, or {@link #NONE}. */
  int find(long key) {
    return table[place(key)] - 1;
  }

  /** Adds an entry, whose key is not in yet. */
  void add(int entry) {
    table[place(keys[entry])] = entry + 1;
  }

  /** Removes an entry, which is in. */
  void remove(int entry) {
    int mask = table.length - 1;
    int gap = place(keys[entry]);
    // Closes the gap, so that no entry is cut off from its home (Knuth 6.4, algorithm R).
    for (int at = (gap + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
      if (((at - home(keys[table[at] - 1])) & mask) >= ((at - gap) & mask)) {
        table[gap] = table[at];
        gap = at;
      }
    }
    table[gap] = 0;
  }

  void clear() {
    Arrays.fill(table, 0);
  }

  /** How many entries there are; O(entries). */
  int size() {
    return (int) Arrays.stream(table).filter(entry -> entry != 0).count();
  }

  /** Where a key is, or where it would be. */
  private int place(long key) {
    int at = home(key);
    while (table[at] != 0 && keys[table[at] - 1] != key) {
      at = (at + 1) & (table.length - 1);
    }
    return at;
  }

  private int home(long key) {
    return (int) (InitialRows.mix64(key) >>> shift);
  }
}
