package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.RowRequest;
import java.util.function.IntConsumer;

/**
 * Moves rows while the pipeline is at rest: fills slots before training, and writes dirty rows to
 * the store after training. Runs on the caller's thread and returns when done.
 */
public final class Transfers {

  private final Runnable completeWriteBacks;
  private final Residency residency;
  private final Lane lane;
  private final CachePlan plan;

  /**
   * @param completeWriteBacks writes to the store what the out-ring still holds; see {@link
   *     Pipeline#completeWriteBacks}
   * @param plan scratch memory; must be free whenever the pipeline is at rest
   */
  public Transfers(Runnable completeWriteBacks, Residency residency, Lane lane, CachePlan plan) {
    this.completeWriteBacks = completeWriteBacks;
    this.residency = residency;
    this.lane = lane;
    this.plan = plan;
  }

  /** Makes the rows of a request resident. */
  public void warmUp(RowRequest request) {
    residency.plan(request, plan);
    fetchAndMove();
    residency.drained();
  }

  /**
   * Loads every row that the residency holds to be resident. O(slots).
   *
   * @param passed receives how many slots were passed, a request at a time
   */
  public void loadResident(IntConsumer passed) {
    for (int slot = 0; slot < residency.slots(); ) {
      int from = slot;
      slot = residency.collectResident(slot, lane.memory().in().capacity(), plan);
      plan.moves().inFrom(0);
      fetchAndMove();
      passed.accept(slot - from);
    }
  }

  /**
   * Loads every resident row again after the store has got other rows. What the slots held is
   * forgotten, dirty or not; which rows are resident stays as it is, and so does what policies
   * know. O(slots).
   *
   * @param change gives the store its other rows; if it fails, nothing is forgotten
   */
  public void replaceRows(Runnable change) {
    completeWriteBacks.run();
    change.run();
    residency.forgetValues();
    loadResident(slots -> {});
    residency.drained();
  }

  private void fetchAndMove() {
    lane.fetch(plan);
    lane.memory().move(plan.moves()).await();
  }

  /**
   * Writes every dirty row to the store; the rows stay resident. Rows become clean only once the
   * store has them, so after a failure the next flush writes what this one has not. O(slots).
   *
   * @return how many rows were written
   */
  public long flush() {
    completeWriteBacks.run();
    long written = 0;
    int slot = 0;
    while (slot < residency.slots()) {
      slot = residency.collectDirty(slot, lane.memory().out().capacity(), plan);
      RowMoves moves = plan.moves();
      moves.outFrom(0);
      lane.memory().move(moves).await();
      lane.writeBack(plan);
      residency.markClean(plan);
      written += moves.evictions();
    }
    return written;
  }
}
