package dev.farsight.testkit.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What a {@link SlotMemory} must hold after any moves: an array for the slots, one per ring. */
final class SlotSimulation {

  private final SlotMemory memory;
  private final Random random;
  private final float[][] slots;
  private final float[][] out;

  SlotSimulation(SlotMemory memory, long seed) {
    this.memory = memory;
    this.random = new Random(seed);
    this.slots = new float[memory.slots()][];
    this.out = new float[memory.out().capacity()][];
  }

  /** The bits of a word that may be set: no NaN as float32, and padding after weights is 0. */
  private static int bits(RowFormat format, int word) {
    boolean padded = (format.dim() * format.precision().bytes()) % Integer.BYTES != 0;
    return padded && word == format.stateWord() - 1 ? 0x7F7F : 0x7F7F_FFFF;
  }

  /** Fills the in-ring anew and draws moves; only slots and ring rows with a value are read. */
  void draw(RowMoves moves, boolean staged) {
    moves.clear();
    RowBuffer in = memory.in();
    var values = new float[in.format().words()];
    for (int row = 0; row < in.capacity(); row++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.intBitsToFloat(random.nextInt() & bits(in.format(), i));
      }
      in.put(row, values);
    }
    List<Integer> filled = new ArrayList<>();
    List<Integer> all = new ArrayList<>();
    for (int s = 0; s < slots.length; s++) {
      all.add(s);
      if (slots[s] != null) {
        filled.add(s);
      }
    }
    Collections.shuffle(filled, random);
    Collections.shuffle(all, random);

    int evictions = random.nextInt(Math.min(filled.size(), out.length) + 1);
    moves.outFrom(random.nextInt(out.length - evictions + 1));
    filled.subList(0, evictions).forEach(moves::evict);

    int loads = random.nextInt(Math.min(in.capacity(), slots.length / 2) + 1);
    moves.inFrom(random.nextInt(in.capacity() - loads + 1));
    all.subList(0, loads).forEach(moves::load);
    for (int slot : all.subList(loads, slots.length)) {
      int row = random.nextInt(out.length);
      boolean justEvicted = row >= moves.outFrom() && row < moves.outFrom() + evictions;
      if (random.nextInt(4) == 0 && (justEvicted || out[row] != null)) {
        moves.forward(row, slot);
      }
    }
    if (staged) {
      memory.stage(moves.inFrom(), loads);
    }
  }

  void apply(RowMoves moves) {
    for (int i = 0; i < moves.evictions(); i++) {
      out[moves.outFrom() + i] = slots[moves.evictSlots().get(i)];
    }
    for (int i = 0; i < moves.loads(); i++) {
      slots[moves.loadSlots().get(i)] = read(memory.in(), moves.inFrom() + i);
    }
    for (int i = 0; i < moves.forwards(); i++) {
      slots[moves.forwardSlots().get(i)] = out[moves.forwardRows().get(i)];
    }
  }

  void assertOutRing(String when) {
    for (int row = 0; row < out.length; row++) {
      if (out[row] != null) {
        assertThat(read(memory.out(), row))
            .as("%s: out-ring row %d", when, row)
            .isEqualTo(out[row]);
      }
    }
  }

  private static float[] read(RowBuffer ring, int row) {
    var values = new float[ring.format().words()];
    ring.get(row, values);
    return values;
  }
}
