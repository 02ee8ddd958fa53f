package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.table.RowFormat;
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

  private final CpuSlots slots;
  private final RuleArithmetic rule;
  private final RowScales scales;
  private final int share;
  private final long cost;
  private final Room[] rooms;

  /** What one worker needs. */
  private static final class Room {

    final RowGradients gradients;
    final float[] row;

    Room(RowGradients gradients, RowFormat format) {
      this.gradients = gradients;
      this.row = new float[format.words()];
    }
  }

  private RowUpdates(
      CpuSlots slots, RuleArithmetic rule, RowScales scales, int share, long cost, Room[] rooms) {
    this.slots = slots;
    this.rule = rule;
    this.scales = scales;
    this.share = share;
    this.cost = cost;
    this.rooms = rooms;
  }

  /**
   * All shares.
   *
   * @param bags gradients of bags, [samples][features][dim]
   * @param weighted whether any lookups have weights
   */
  static List<RowUpdates> of(
      CpuSlots slots,
      RuleArithmetic rule,
      Matrix bags,
      boolean weighted,
      Winners winners,
      RowScales scales,
      int workers) {
    var format = slots.format();
    var rooms = new Room[workers];
    for (int w = 0; w < workers; w++) {
      var gradients = new RowGradients(bags, format.dim(), weighted, winners);
      rooms[w] = new Room(gradients, format);
    }
    var shares = new ArrayList<RowUpdates>();
    for (int share = 0; share < SHARES; share++) {
      shares.add(new RowUpdates(slots, rule, scales, share, bags.width(), rooms));
    }
    return shares;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    var room = rooms[scratch.worker()];
    var starts = input.rowStarts();
    var uniqueSlots = input.uniqueSlots();
    int from = firstRow(input, share);
    int end = firstRow(input, share + 1);
    float[] row = room.row;
    int dim = slots.format().dim();
    int stateWord = slots.format().stateWord();
    room.gradients.begin(input, starts.get(from), starts.get(end));
    for (int u = from; u < end; u++) {
      if ((u - from) % AHEAD == 0) {
        slots.touch(uniqueSlots, u, Math.min(end, u + AHEAD), scratch);
      }
      float[] sum = room.gradients.sum(starts.get(u), starts.get(u + 1), scratch);
      int slot = uniqueSlots.get(u);
      var chunk = slots.chunk(slot);
      int at = slots.at(slot);
      chunk.get(at, row, 0, row.length);
      if (scales.any()) {
        RowScales.scale(row, 0, dim, scales.of(u));
      }
      rule.row(row, sum, dim, stateWord, input.rowLearningRate());
      chunk.put(at, row, 0, row.length);
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
    return cost;
  }
}
