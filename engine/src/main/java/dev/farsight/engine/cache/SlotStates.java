package dev.farsight.engine.cache;

/**
 * What a region's slots hold: the row, whether the store lacks its value (dirty), and whether the
 * request being planned uses it (pinned) or has chosen it as a victim.
 *
 * <p>Pins and choices are marks with the request's number, so that nothing is cleared between
 * requests; once in 2^28 requests the numbers start over, which costs O(slots). 12 bytes a slot.
 * One thread at a time.
 */
final class SlotStates {

  private static final int DIRTY = 1;
  private static final int OCCUPIED = 2;
  private static final int CHOSEN = 4;

  /** From one request's number to the next, above the bits of a mark. */
  private static final int NEXT = 8;

  private final long[] rows;

  /** By slot: number of the last request that pinned or chose it, and the bits above. */
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

  /** The row in a slot that is occupied. */
  long row(int slot) {
    return rows[slot];
  }

  /** The rows in slots that are occupied, read side by side. */
  void rows(int[] slots, int from, int count, long[] into) {
    for (int i = 0; i < count; i++) {
      into[i] = rows[slots[from + i]];
    }
  }

  /** Pins the first {@code count} of some slots, which are occupied. */
  void pin(int[] slots, int count, boolean updated) {
    int pinned = request | OCCUPIED | (updated ? DIRTY : 0);
    for (int i = 0; i < count; i++) {
      marks[slots[i]] = pinned | (marks[slots[i]] & DIRTY);
    }
  }

  boolean pinned(int slot) {
    return (marks[slot] & ~DIRTY) == (request | OCCUPIED);
  }

  /** Chooses a slot, which is occupied, as a victim; whether its row is dirty. */
  boolean choose(int slot) {
    int dirty = marks[slot] & DIRTY;
    marks[slot] = request | OCCUPIED | CHOSEN | dirty;
    return dirty != 0;
  }

  boolean chosen(int slot) {
    return (marks[slot] & ~DIRTY) == (request | OCCUPIED | CHOSEN);
  }

  /** Puts a row in a slot that holds none, and pins it. */
  void occupy(int slot, long row, boolean dirty) {
    rows[slot] = row;
    marks[slot] = request | OCCUPIED | (dirty ? DIRTY : 0);
  }

  /** Puts a row back in its slot. */
  void restore(int slot, long row, boolean dirty) {
    rows[slot] = row;
    marks[slot] = OCCUPIED | (dirty ? DIRTY : 0);
  }

  /** Takes the row out of a slot; whether it was dirty. */
  boolean vacate(int slot) {
    boolean dirty = (marks[slot] & DIRTY) != 0;
    marks[slot] = 0;
    return dirty;
  }

  boolean dirty(int slot) {
    return (marks[slot] & DIRTY) != 0;
  }

  /** The store has the row as it is now. */
  void clean(int slot) {
    marks[slot] &= ~DIRTY;
  }
}
