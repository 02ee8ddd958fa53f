package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import java.util.ArrayList;
import java.util.List;

/**
 * Updates a share of the batch's unique rows, in place on their slots: sums the gradients of a
 * row's lookups, then runs the optimizer once, on the row brought to its largest norm. Shares have
 * about equally many lookups; a row belongs to one share, so results do not depend on how many
 * there are.
 *
 * <p>The time goes into cache misses, so rows are touched {@value #AHEAD} at a time before they are
 * used, in a loop so tight that their misses overlap.
 */
final class RowUpdates implements Update {

  private static final int SHARES = 32;
  private static final int AHEAD = 64;

  private final StepParts parts;
  private final int share;
  private final long cost;
  private final Room[] rooms;

  /** What one worker needs. */
  private static final class Room {

    final SlotRows rows;
    final RowGradients gradients;

    /** Parts of the state of a row. */
    final float[][] state;

    Room(SlotRows rows, RowGradients gradients, int dim) {
      this.rows = rows;
      this.gradients = gradients;
      this.state = new float[ElementRule.MAX_PARTS][dim];
    }
  }

  private RowUpdates(StepParts parts, int share, long cost, Room[] rooms) {
    this.parts = parts;
    this.share = share;
    this.cost = cost;
    this.rooms = rooms;
  }

  /**
   * All shares.
   *
   * @param bags gradients of bags, [samples][features][dim]
   */
  static List<RowUpdates> of(StepParts parts, Matrix bags, Winners winners) {
    int dim = parts.spec().format().dim();
    boolean weighted = parts.spec().schema().weightedLookups();
    var rooms = new Room[parts.workers()];
    for (int w = 0; w < rooms.length; w++) {
      var gradients = new RowGradients(bags, dim, weighted, winners);
      rooms[w] = new Room(parts.slotRows()[w], gradients, dim);
    }
    var shares = new ArrayList<RowUpdates>();
    for (int share = 0; share < SHARES; share++) {
      shares.add(new RowUpdates(parts, share, bags.width(), rooms));
    }
    return shares;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    var room = rooms[scratch.worker()];
    var slots = parts.slots();
    var starts = input.rowStarts();
    var uniqueSlots = input.uniqueSlots();
    int from = firstRow(input, share);
    int end = firstRow(input, share + 1);
    int saturated = 0;
    room.rows.begin(input);
    room.gradients.begin(input, starts.get(from), starts.get(end));
    for (int u = from; u < end; u++) {
      if ((u - from) % AHEAD == 0) {
        slots.touch(uniqueSlots, u, Math.min(end, u + AHEAD), scratch);
      }
      float[] sum = room.gradients.sum(starts.get(u), starts.get(u + 1), scratch);
      room.rows.take(uniqueSlots.get(u));
      saturated += update(room, sum, u);
    }
    if (saturated > 0) {
      parts.saturated().addAndGet(saturated);
    }
  }

  /** Updates the row that was taken; returns how many of its weights saturated. */
  private int update(Room room, float[] gradient, int uniqueRow) {
    var scales = parts.scales();
    float[] weights = room.rows.weights();
    if (scales.any()) {
      RowScales.scale(weights, 0, gradient.length, scales.of(uniqueRow));
    }
    parts.rules().rows().update(weights, room.rows.row(), gradient, room.state);
    return room.rows.putBack(uniqueRow);
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
    return cost;
  }
}
