package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;

/**
 * Gathers rows from their slots: [B][tables][dim]. With one lookup a table, sum pooling is a copy.
 * Rows are updated from the bag's gradient by {@link RowUpdates}, once all tiles have added to it.
 */
final class BagKernel implements Kernel {

  private final CpuSlots slots;
  private final Matrix output;
  private final int tables;
  private final int dim;

  BagKernel(CpuSlots slots, Matrix output, int tables) {
    this.slots = slots;
    this.output = output;
    this.tables = tables;
    this.dim = slots.format().dim();
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var input = tile.input();
    var uniqueOf = input.uniqueOf();
    var uniqueSlots = input.uniqueSlots();
    var bag = output.floats();
    int end = tile.from + tile.samples();
    for (int t = 0; t < tables; t++) {
      int lookup = input.batch().lookupStart(t) + tile.from;
      int at = output.at(tile.from) + t * dim;
      touch(input, lookup, tile.samples(), scratch);
      for (int s = tile.from; s < end; s++) {
        int slot = uniqueSlots.get(uniqueOf.get(lookup++));
        bag.put(at, slots.chunk(slot), slots.at(slot), dim);
        at += output.width();
      }
    }
    output.clear(end, tile.from + tile.rows());
  }

  /** Reads a little of each row, in a loop so tight that cache misses overlap. */
  private void touch(StepInput input, int lookup, int count, Scratch scratch) {
    var uniqueOf = input.uniqueOf();
    var uniqueSlots = input.uniqueSlots();
    float sum = 0;
    for (int l = lookup; l < lookup + count; l++) {
      int slot = uniqueSlots.get(uniqueOf.get(l));
      sum += slots.chunk(slot).get(slots.at(slot));
    }
    scratch.keep(sum);
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {}
}
