package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.table.RowFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CpuSlotsTest {

  /** Rows of 512 bytes: 2^21 to a chunk of 1 GiB. Pages never touched cost nothing. */
  @Test
  void slotsGoBeyondTwoGib() {
    int chunk = 1 << 21;
    int slots = 2 * chunk + 5;
    int[] some = {0, 1, chunk - 1, chunk, 2 * chunk - 1, 2 * chunk, slots - 1};
    var format = RowFormat.of(128, 0);
    try (var workers = new Workers("compute", 1);
        var memory = new CpuSlots(format, slots, 8, 8, workers);
        var buffers = new NativeMemory()) {
      var moves = new RowMoves(some.length, buffers);
      for (int i = 0; i < some.length; i++) {
        for (int d = 0; d < 128; d++) {
          memory.in().floats(i).put(memory.in().wordAt(i) + d, 1000 * i + d);
        }
        moves.load(some[i]);
      }
      memory.move(moves).await();
      moves.clear();
      for (int slot : some) {
        moves.evict(slot);
      }
      memory.move(moves).await();

      for (int i = 0; i < some.length; i++) {
        for (int d = 0; d < 128; d++) {
          float value = memory.out().floats(i).get(memory.out().wordAt(i) + d);
          assertThat(value).as("slot %d [%d]", some[i], d).isEqualTo(1000 * i + d);
        }
      }
      assertThat(memory.deviceBytes()).isEqualTo(slots * 512L);
    }
  }

  /** Enough rows that all workers take part; slots are evicted and refilled in one move. */
  @Test
  void manyRowsAreEvictedBeforeOthersComeIn() {
    int rows = 5_000;
    long seed = 11;
    var format = RowFormat.of(3, 1);
    int floats = format.words();
    try (var workers = new Workers("compute", 3);
        var memory = new CpuSlots(format, rows, rows, 2 * rows, workers);
        var buffers = new NativeMemory()) {
      var random = new Random(seed);
      var in = memory.in().floats();
      var out = memory.out().floats();
      var moves = new RowMoves(rows, buffers);
      for (int i = 0; i < rows * floats; i++) {
        in.put(i, random.nextFloat());
      }
      for (int slot = 0; slot < rows; slot++) {
        moves.load(slot);
      }
      memory.move(moves).await();
      var first = new float[rows * floats];
      in.get(0, first);
      for (int i = 0; i < rows * floats; i++) {
        in.put(i, random.nextFloat());
        out.put(i, random.nextFloat());
      }

      moves.clear();
      moves.outFrom(rows);
      for (int slot = 0; slot < rows; slot++) {
        moves.evict(slot);
        if (slot % 3 == 0) {
          moves.forward(rows - 1 - slot, slot);
        } else {
          moves.load(slot);
        }
      }
      memory.move(moves).await();

      var evicted = new float[rows * floats];
      out.get(rows * floats, evicted);
      assertThat(evicted).as("seed %d", seed).isEqualTo(first);
      int loads = 0;
      for (int slot = 0; slot < rows; slot++) {
        var ring = slot % 3 == 0 ? out : in;
        int row = slot % 3 == 0 ? rows - 1 - slot : loads++;
        for (int f = 0; f < floats; f++) {
          assertThat(memory.rows().chunk(slot).get(memory.rows().at(slot) + f))
              .as("seed %d slot %d [%d]", seed, slot, f)
              .isEqualTo(ring.get(row * floats + f));
        }
      }
    }
  }
}
