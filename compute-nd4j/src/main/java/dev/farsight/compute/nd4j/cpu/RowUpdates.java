package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.table.RowLayout;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Updates a share of the batch's unique rows, in place on their slots: sums the gradients of a
 * row's lookups in sample order, then runs the optimizer once. Shares have about equally many
 * lookups; a row belongs to one share, so results do not depend on how many there are.
 */
final class RowUpdates implements Update {

  private static final int SHARES = 32;

  private final CpuSlots slots;
  private final UpdateRule rule;
  private final Matrix bagGradient;
  private final int share;
  private final Room[] rooms;

  /** Arrays of one worker. */
  private static final class Room {

    final float[] row;
    final float[] sum;
    final float[] lookup;

    Room(RowLayout layout) {
      row = new float[layout.floats()];
      sum = new float[layout.dim()];
      lookup = new float[layout.dim()];
    }
  }

  private RowUpdates(CpuSlots slots, UpdateRule rule, Matrix bagGradient, int share, Room[] rooms) {
    this.slots = slots;
    this.rule = rule;
    this.bagGradient = bagGradient;
    this.share = share;
    this.rooms = rooms;
  }

  static List<RowUpdates> of(CpuSlots slots, UpdateRule rule, Matrix bagGradient, int workers) {
    var rooms = new Room[workers];
    for (int w = 0; w < workers; w++) {
      rooms[w] = new Room(slots.layout());
    }
    var shares = new ArrayList<RowUpdates>();
    for (int share = 0; share < SHARES; share++) {
      shares.add(new RowUpdates(slots, rule, bagGradient, share, rooms));
    }
    return shares;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    var room = rooms[scratch.worker()];
    var layout = slots.layout();
    int end = firstRow(input, share + 1);
    for (int u = firstRow(input, share); u < end; u++) {
      sum(input, u, room);
      int slot = input.uniqueSlots().get(u);
      FloatBuffer chunk = slots.chunk(slot);
      int at = slots.at(slot);
      chunk.get(at, room.row, 0, layout.floats());
      rule.row(room.row, room.sum, layout.dim(), input.learningRate());
      chunk.put(at, room.row, 0, layout.floats());
    }
  }

  private void sum(StepInput input, int uniqueRow, Room room) {
    var lookups = input.rowLookups();
    var gradients = bagGradient.floats();
    float[] sum = room.sum;
    float[] one = room.lookup;
    int dim = sum.length;
    int k = input.rowStarts().get(uniqueRow);
    int end = input.rowStarts().get(uniqueRow + 1);
    int table = lookups.get(k) / input.capacity();
    int firstLookup = table * input.capacity();
    int column = table * dim;
    gradients.get(bagGradient.at(lookups.get(k) - firstLookup) + column, sum, 0, dim);
    for (k++; k < end; k++) {
      gradients.get(bagGradient.at(lookups.get(k) - firstLookup) + column, one, 0, dim);
      for (int d = 0; d < dim; d++) {
        sum[d] += one[d];
      }
    }
  }

  /** The first unique row whose lookups start at or after the share's part of all lookups. */
  private static int firstRow(StepInput input, int share) {
    var starts = input.rowStarts();
    int low = 0;
    int high = input.uniqueRows();
    long part = (long) starts.get(high) * share / SHARES;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (starts.get(middle) < part) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public long cost() {
    return bagGradient.width() * 64L / SHARES;
  }
}
