package dev.farsight.engine.cache;

import java.util.Arrays;

/**
 * What a region's slots hold: the row, whether the store lacks its value (dirty), and whether the
 * request being planned uses it (pinned) or has chosen it as a victim.
 *
 * <p>Pins and choices are marks with the request's number, so that nothing is cleared between
 * requests; once in 2^29 requests the numbers start over, which costs O(slots). 12 bytes a slot.
 * One thread at a time.
 */
final class SlotStates {

  /** The row of a slot that holds none. */
  static final long FREE = -1;

  private static final int DIRTY = 1;
  private static final int CHOSEN = 2;

  /** From one request's number to the next, above the bits of a mark. */
  private static final int NEXT = 4;

  private final long[] rows;

  /** By slot: number of the last request that pinned or chose it, {@link #CHOSEN}, and dirty. */
  private final int[] marks;

  private int request;

  SlotStates(int slots) {
    rows = new long[slots];
    Arrays.fill(rows, FREE);
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
        marks[slot] &= DIRTY;
      }
      request = NEXT;
    }
  }

  /** The row in a slot, or {@link #FREE}. */
  long row(int slot) {
    return rows[slot];
  }

  /** Pins a slot. */
  void pin(int slot, boolean updated) {
    marks[slot] = request | (marks[slot] & DIRTY) | (updated ? DIRTY : 0);
  }

  boolean pinned(int slot) {
    return (marks[slot] & ~DIRTY) == request;
  }

  void choose(int slot) {
    marks[slot] = request | CHOSEN | (marks[slot] & DIRTY);
  }

  boolean chosen(int slot) {
    return (marks[slot] & ~DIRTY) == (request | CHOSEN);
  }

  /** Puts a row in a slot and pins it. */
  void occupy(int slot, long row, boolean updated) {
    rows[slot] = row;
    marks[slot] = request | (updated ? DIRTY : 0);
  }

  /** Puts a row back in its slot. */
  void restore(int slot, long row, boolean dirty) {
    rows[slot] = row;
    marks[slot] = dirty ? DIRTY : 0;
  }

  void free(int slot) {
    rows[slot] = FREE;
  }

  boolean dirty(int slot) {
    return rows[slot] != FREE && (marks[slot] & DIRTY) != 0;
  }

  void dirty(int slot, boolean dirty) {
    marks[slot] = dirty ? marks[slot] | DIRTY : marks[slot] & ~DIRTY;
  }
}
