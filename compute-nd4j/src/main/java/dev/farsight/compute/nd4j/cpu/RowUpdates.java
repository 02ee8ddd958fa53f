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

  private static final int AHEAD = 64;

  private final StepParts parts;
  private final int share;
  private final long cost;
  private final RowGradients[] gradients;
  private final RowUpdater[] updaters;

  private RowUpdates(
      StepParts parts, int share, long cost, RowGradients[] gradients, RowUpdater[] updaters) {
    this.parts = parts;
    this.share = share;
    this.cost = cost;
    this.gradients = gradients;
    this.updaters = updaters;
  }

  /**
   * All shares.
   *
   * @param bags gradients of bags, [samples][features][dim]
   */
  static List<RowUpdates> of(StepParts parts, Matrix bags, Winners winners) {
    int dim = parts.spec().format().dim();
    var gradients = RowGradients.of(parts, bags, winners);
    var updaters = new RowUpdater[parts.workers()];
    for (int w = 0; w < updaters.length; w++) {
      updaters[w] = new RowUpdater(parts.slotRows()[w], parts.rules().rows(), dim);
    }
    var shares = new ArrayList<RowUpdates>();
    for (int share = 0; share < RowShares.SHARES; share++) {
      shares.add(new RowUpdates(parts, share, bags.width(), gradients, updaters));
    }
    return shares;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    var sums = gradients[scratch.worker()];
    var updater = updaters[scratch.worker()];
    var scales = parts.scales();
    var starts = input.rowStarts();
    var uniqueSlots = input.uniqueSlots();
    int from = RowShares.firstRow(starts, input.uniqueRows(), share);
    int end = RowShares.firstRow(starts, input.uniqueRows(), share + 1);
    int saturated = 0;
    updater.begin(input.step(), input.rowIds());
    sums.begin(input, starts.get(from), starts.get(end));
    for (int u = from; u < end; u++) {
      if ((u - from) % AHEAD == 0) {
        parts.rows().touch(uniqueSlots, u, Math.min(end, u + AHEAD), scratch);
      }
      float[] sum = sums.sum(starts.get(u), starts.get(u + 1), scratch);
      float[] weights = updater.take(uniqueSlots.get(u));
      if (scales.any()) {
        RowScales.scale(weights, 0, sum.length, scales.of(u));
      }
      saturated += updater.update(u, sum);
    }
    if (saturated > 0) {
      parts.saturated().addAndGet(saturated);
    }
  }

  @Override
  public long cost() {
    return cost;
  }
}
