package dev.farsight.engine.cache;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A set of slots, a bit each. Several threads may add at the same time; all else is for one thread.
 */
final class DirtyRows {

  private final int slots;
  private final AtomicLongArray words;

  DirtyRows(int slots) {
    this.slots = slots;
    words = new AtomicLongArray(slots / Long.SIZE + 1);
  }

  /** Adds slots. Nearly all are in the set already, so a read is cheaper than a write. */
  void add(int[] numbers, int from, int end) {
    for (int i = from; i < end; i++) {
      int word = numbers[i] / Long.SIZE;
      long bit = 1L << numbers[i];
      if ((words.getPlain(word) & bit) == 0) {
        add(word, bit);
      }
    }
  }

  private void add(int word, long bit) {
    long before;
    do {
      before = words.get(word);
    } while (!words.compareAndSet(word, before, before | bit));
  }

  void remove(int slot) {
    int word = slot / Long.SIZE;
    words.setPlain(word, words.getPlain(word) & ~(1L << slot));
  }

  /** The first slot of the set from {@code slot} on; -1 if there is none. */
  int next(int slot) {
    int word = slot / Long.SIZE;
    long bits = slot >= slots ? 0 : words.getPlain(word) & (-1L << slot);
    while (bits == 0) {
      if (++word >= words.length()) {
        return -1;
      }
      bits = words.getPlain(word);
    }
    return word * Long.SIZE + Long.numberOfTrailingZeros(bits);
  }

  void clear() {
    for (int word = 0; word < words.length(); word++) {
      words.setPlain(word, 0);
    }
  }
}
