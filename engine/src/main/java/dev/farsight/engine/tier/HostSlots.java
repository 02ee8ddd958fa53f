package dev.farsight.engine.tier;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;

/**
 * Slots in plain memory. Threads may use different slots at once. Takes its memory when it is
 * created; a {@link RowBuffer} holds {@link RowBuffer#MAX_ROWS} rows, so more slots take several.
 */
final class HostSlots {

  private static final int SHIFT = 27;
  private static final int MASK = (1 << SHIFT) - 1;

  private final RowBuffer[] parts;

  /** Never read; written so that the compiler keeps the reads of {@link #touch}. */
  @SuppressWarnings("unused")
  private int touched;

  HostSlots(RowFormat format, int slots, HostBuffers buffers) {
    parts = new RowBuffer[(int) (((long) slots + MASK) >>> SHIFT)];
    for (int p = 0; p < parts.length; p++) {
      long rows = Math.min(1L << SHIFT, slots - ((long) p << SHIFT));
      parts[p] = RowBuffer.allocate(format, (int) rows, buffers);
    }
  }

  private RowBuffer part(int slot) {
    return parts[slot >>> SHIFT];
  }

  /** Copies a slot's row out. */
  void get(int slot, RowBuffer target, int targetRow) {
    part(slot).copyRow(slot & MASK, target, targetRow);
  }

  /** Copies a row into a slot. */
  void put(int slot, RowBuffer source, int sourceRow) {
    source.copyRow(sourceRow, part(slot), slot & MASK);
  }

  /**
   * Reads a word of each slot's row, so that the cache misses of the copies to come overlap instead
   * of being waited for one by one. Negative slots are left out.
   */
  void touch(int[] slots, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      int slot = slots[i];
      if (slot >= 0) {
        RowBuffer part = part(slot);
        int row = slot & MASK;
        sum += part.bytes(row).getInt(part.byteAt(row));
      }
    }
    touched = sum;
  }
}
