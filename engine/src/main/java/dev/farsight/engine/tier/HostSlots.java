package dev.farsight.engine.tier;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.nio.ByteBuffer;

/**
 * Slots in plain memory, in buffers of a power of two of rows and at most 1 GiB, so that there may
 * be any number of them. Threads may use different slots at once. Takes its memory when made.
 */
final class HostSlots {

  private static final int MOST_BYTES = 1 << 30;

  private final RowBuffer[] parts;
  private final int rowBytes;
  private final int shift;
  private final int mask;

  /** Never read; written so that the compiler keeps the reads of {@link #touch}. */
  @SuppressWarnings("unused")
  private int touched;

  HostSlots(RowFormat format, int slots, HostBuffers buffers) {
    rowBytes = format.bytes();
    shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, MOST_BYTES / rowBytes));
    mask = (1 << shift) - 1;
    parts = new RowBuffer[(int) (((long) slots + mask) >>> shift)];
    for (int p = 0; p < parts.length; p++) {
      long rows = Math.min(1L << shift, slots - ((long) p << shift));
      parts[p] = RowBuffer.allocate(format, (int) rows, buffers);
    }
  }

  private RowBuffer part(int slot) {
    return parts[slot >>> shift];
  }

  /** Copies a slot's row out. */
  void get(int slot, RowBuffer into, int at) {
    RowBuffer part = part(slot);
    into.bytes().put(into.byteAt(at), part.bytes(), part.byteAt(slot & mask), rowBytes);
  }

  /** Copies a row into a slot. */
  void put(int slot, RowBuffer from, int at) {
    RowBuffer part = part(slot);
    part.bytes().put(part.byteAt(slot & mask), from.bytes(), from.byteAt(at), rowBytes);
  }

  /**
   * Reads a piece of each slot's row, so that their way into the processor's cache overlaps; copies
   * would wait for one after the other. Leaves out negative slots.
   */
  void touch(int[] slots, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      int slot = slots[i];
      if (slot >= 0) {
        RowBuffer part = part(slot);
        ByteBuffer bytes = part.bytes();
        sum += bytes.getInt(part.byteAt(slot & mask));
      }
    }
    touched = sum;
  }
}
