package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Updates a share of the batch's unique rows, in place on their slots: sums the gradients of a
 * row's lookups in sample order, then runs the optimizer once. Shares have about equally many
 * lookups; a row belongs to one share, so results do not depend on how many there are.
 *
 * <p>The time goes into cache misses, so rows and gradients are touched {@value #AHEAD} at a time
 * before they are used, in loops so tight that their misses overlap.
 */
final class RowUpdates implements Update {

  private static final int SHARES = 32;
  private static final int AHEAD = 64;

  private final CpuSlots slots;
  private final UpdateRule rule;
  private final Matrix bagGradient;
  private final int share;
  private final Room[] rooms;

  /** What one worker needs. */
  private static final class Room {

    final float[] row;
    final float[] sum;
    final float[] gradient;
    final int stateWord;

    /** Positions of the gradients of lookups located and not yet used, by lookup modulo AHEAD. */
    final int[] positions = new int[AHEAD];

    int located;

    Room(RowFormat format) {
      row = new float[format.words()];
      sum = new float[format.dim()];
      gradient = new float[format.dim()];
      stateWord = format.stateWord();
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
      rooms[w] = new Room(slots.format());
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
    var uniqueSlots = input.uniqueSlots();
    int from = firstRow(input, share);
    int end = firstRow(input, share + 1);
    int lastLookup = input.rowStarts().get(end);
    int floats = room.row.length;
    room.located = input.rowStarts().get(from);
    for (int u = from; u < end; u++) {
      if ((u - from) % AHEAD == 0) {
        touch(input, u, Math.min(end, u + AHEAD), scratch);
      }
      sum(input, u, lastLookup, room, scratch);
      int slot = uniqueSlots.get(u);
      var chunk = slots.chunk(slot);
      int at = slots.at(slot);
      chunk.get(at, room.row, 0, floats);
      rule.row(room.row, room.sum, room.sum.length, room.stateWord, input.rowLearningRate());
      chunk.put(at, room.row, 0, floats);
    }
  }

  private void sum(StepInput input, int uniqueRow, int lastLookup, Room room, Scratch scratch) {
    var gradients = bagGradient.floats();
    float[] sum = room.sum;
    float[] gradient = room.gradient;
    int dim = sum.length;
    int from = input.rowStarts().get(uniqueRow);
    int end = input.rowStarts().get(uniqueRow + 1);
    for (int k = from; k < end; k++) {
      if (k == room.located) {
        locate(input, k, Math.min(lastLookup, k + AHEAD), room, scratch);
      }
      int at = room.positions[k % AHEAD];
      if (k == from) {
        gradients.get(at, sum, 0, dim);
      } else {
        gradients.get(at, gradient, 0, dim);
        for (int d = 0; d < dim; d++) {
          sum[d] += gradient[d];
        }
      }
    }
  }

  private void touch(StepInput input, int from, int end, Scratch scratch) {
    float touched = 0;
    for (int u = from; u < end; u++) {
      int slot = input.uniqueSlots().get(u);
      touched += slots.chunk(slot).get(slots.at(slot));
    }
    scratch.keep(touched);
  }

  /** Finds and touches the gradients of lookups [from, end). */
  private void locate(StepInput input, int from, int end, Room room, Scratch scratch) {
    var lookups = input.rowLookups();
    var gradients = bagGradient.floats();
    var batch = input.batch();
    float touched = 0;
    int feature = lookups.get(from) / batch.samples();
    for (int k = from; k < end; k++) {
      int lookup = lookups.get(k);
      while (lookup >= batch.lookupStart(feature + 1)) {
        feature++;
      }
      int sample = lookup - batch.lookupStart(feature);
      int at = bagGradient.at(sample) + feature * room.sum.length;
      room.positions[k % AHEAD] = at;
      touched += gradients.get(at);
    }
    room.located = end;
    scratch.keep(touched);
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
    return bagGradient.width();
  }
}
