package dev.farsight.engine.cache;

/**
 * State of a region's slots: the row, whether the store lacks its value (dirty), whether the
 * current request uses it (pinned), and whether it is a victim of the current request (chosen).
 *
 * <p>A pin or choice is a mark with the request's number, so nothing is cleared between requests.
 * Once in 2^28 requests the numbers start over, which costs O(slots). 12 bytes a slot. One thread
 * at a time.
 */
final class SlotStates {

  private static final int DIRTY = 1;
  private static final int OCCUPIED = 2;
  private static final int CHOSEN = 4;

  /** Distance of the numbers of two successive requests; they are above the bits of a mark. */
  private static final int NEXT = 8;

  private final long[] rows;

  /** By slot: number of the last request that pinned or chose the slot, and the bits above. */
  private final int[] marks;

  private int request;

  SlotStates(int slots) {
    rows = new long[slots];
    marks = new int[slots];
  }

  int count() {
    return rows.length;
  }

  /** A new request: nothing is pinned or chosen. */
  void beginRequest() {
    request += NEXT;
    if (request < 0) {
      for (int slot = 0; slot < marks.length; slot++) {
        marks[slot] &= DIRTY | OCCUPIED;
      }
      request = NEXT;
    }
  }

  boolean occupied(int slot) {
    return (marks[slot] & OCCUPIED) != 0;
  }

  /** The row in an occupied slot. */
  long row(int slot) {
    return rows[slot];
  }

  /** The rows in occupied slots. The memory accesses overlap. */
  void rows(int[] slots, int from, int count, long[] target) {
    for (int i = 0; i < count; i++) {
      target[i] = rows[slots[from + i]];
    }
  }

  /** Pins the first {@code count} slots of an array; they are occupied. */
  void pin(int[] slots, int count, boolean updated) {
    int pinned = request | OCCUPIED | (updated ? DIRTY : 0);
    for (int i = 0; i < count; i++) {
      marks[slots[i]] = pinned | (marks[slots[i]] & DIRTY);
    }
  }

  boolean pinned(int slot) {
    return (marks[slot] & ~DIRTY) == (request | OCCUPIED);
  }

  /** Chooses an occupied slot as a victim; returns whether its row is dirty. */
  boolean choose(int slot) {
    int dirty = marks[slot] & DIRTY;
    marks[slot] = request | OCCUPIED | CHOSEN | dirty;
    return dirty != 0;
  }

  boolean chosen(int slot) {
    return (marks[slot] & ~DIRTY) == (request | OCCUPIED | CHOSEN);
  }

  /** Puts a row in a free slot, and pins it. */
  void occupy(int slot, long row, boolean dirty) {
    rows[slot] = row;
    marks[slot] = request | OCCUPIED | (dirty ? DIRTY : 0);
  }

  /** Puts a row back in its slot. */
  void restore(int slot, long row, boolean dirty) {
    rows[slot] = row;
    marks[slot] = OCCUPIED | (dirty ? DIRTY : 0);
  }

  /** Removes the row from a slot; returns whether it was dirty. */
  boolean vacate(int slot) {
    boolean dirty = (marks[slot] & DIRTY) != 0;
    marks[slot] = 0;
    return dirty;
  }

  boolean dirty(int slot) {
    return (marks[slot] & DIRTY) != 0;
  }

  /** The store has the row's current value. */
  void clean(int slot) {
    marks[slot] &= ~DIRTY;
  }

  /** The values of all rows no longer count. */
  void cleanAll() {
    for (int slot = 0; slot < marks.length; slot++) {
      marks[slot] &= ~DIRTY;
    }
  }

  static long heapBytes(int slots) {
    return (Long.BYTES + Integer.BYTES) * (long) slots;
  }
}
