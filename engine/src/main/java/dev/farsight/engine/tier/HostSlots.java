package dev.farsight.engine.tier;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;

/**
 * Slots in plain memory. Several threads may use different slots at once. Allocates all memory on
 * creation; one {@link RowBuffer} holds at most {@link RowBuffer#MAX_ROWS} rows, so more slots use
 * several buffers.
 */
final class HostSlots {

  /** A buffer holds 2^SHIFT rows. */
  private static final int SHIFT = 27;

  private static final int MASK = (1 << SHIFT) - 1;

  private final RowBuffer[] buffers;

  /** Never read. It is written so that the compiler does not remove the reads in {@link #touch}. */
  @SuppressWarnings("unused")
  private int touched;

  HostSlots(RowFormat format, int slots, HostBuffers allocator) {
    buffers = new RowBuffer[(int) (((long) slots + MASK) >>> SHIFT)];
    for (int b = 0; b < buffers.length; b++) {
      long rows = Math.min(1L << SHIFT, slots - ((long) b << SHIFT));
      buffers[b] = RowBuffer.allocate(format, (int) rows, allocator);
    }
  }

  private RowBuffer bufferOf(int slot) {
    return buffers[slot >>> SHIFT];
  }

  /** Copies the row in a slot to {@code target}. */
  void get(int slot, RowBuffer target, int targetRow) {
    bufferOf(slot).copyRow(slot & MASK, target, targetRow);
  }

  /** Copies a row of {@code source} to a slot. */
  void put(int slot, RowBuffer source, int sourceRow) {
    source.copyRow(sourceRow, bufferOf(slot), slot & MASK);
  }

  /**
   * Reads one word of the row in each slot. This brings the rows into the processor's cache with
   * overlapping cache misses; without it, the following copies would wait for one miss after the
   * other. Skips negative slots.
   */
  void touch(int[] slots, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      int slot = slots[i];
      if (slot >= 0) {
        RowBuffer buffer = bufferOf(slot);
        int row = slot & MASK;
        sum += buffer.bytes(row).getInt(buffer.byteAt(row));
      }
    }
    touched = sum;
  }
}
