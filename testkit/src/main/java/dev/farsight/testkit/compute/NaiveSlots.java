package dev.farsight.testkit.compute;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.nio.IntBuffer;
import java.util.HashSet;
import java.util.Set;

/** Slots as arrays, null until loaded. */
final class NaiveSlots implements SlotMemory {

  private final RowFormat format;
  private final float[][] slots;
  private final RowBuffer in;
  private final RowBuffer out;

  NaiveSlots(RowFormat format, int slots, int inRows, int outRows, int maxChunkBytes) {
    this.format = format;
    this.slots = new float[slots][];
    this.in = RowBuffer.allocateChunked(format, inRows, maxChunkBytes, HostBuffers.plain());
    this.out = RowBuffer.allocateChunked(format, outRows, maxChunkBytes, HostBuffers.plain());
  }

  @Override
  public RowFormat format() {
    return format;
  }

  @Override
  public int slots() {
    return slots.length;
  }

  @Override
  public RowBuffer in() {
    return in;
  }

  @Override
  public RowBuffer out() {
    return out;
  }

  /** The row in a slot, weights and state; the slot's own array. */
  float[] row(int slot) {
    if (slots[slot] == null) {
      throw new AssertionError("slot " + slot + " was never loaded");
    }
    return slots[slot];
  }

  @Override
  public Ticket move(RowMoves moves) {
    requireDistinct("evicted", moves.evictSlots(), moves.evictions(), new HashSet<>());
    Set<Integer> filled = new HashSet<>();
    requireDistinct("filled", moves.loadSlots(), moves.loads(), filled);
    requireDistinct("filled", moves.forwardSlots(), moves.forwards(), filled);
    for (int i = 0; i < moves.evictions(); i++) {
      out.put(moves.outFrom() + i, row(moves.evictSlots().get(i)));
    }
    for (int i = 0; i < moves.loads(); i++) {
      slots[moves.loadSlots().get(i)] = read(in, moves.inFrom() + i);
    }
    for (int i = 0; i < moves.forwards(); i++) {
      slots[moves.forwardSlots().get(i)] = read(out, moves.forwardRows().get(i));
    }
    return Ticket.DONE;
  }

  private float[] read(RowBuffer ring, int row) {
    var values = new float[format.words()];
    ring.get(row, values);
    return values;
  }

  private static void requireDistinct(String what, IntBuffer slots, int count, Set<Integer> seen) {
    for (int i = 0; i < count; i++) {
      if (!seen.add(slots.get(i))) {
        throw new AssertionError("slot " + slots.get(i) + " is " + what + " twice in one plan");
      }
    }
  }

  @Override
  public long deviceBytes() {
    return (long) slots.length * format.bytes();
  }

  @Override
  public void close() {}
}
