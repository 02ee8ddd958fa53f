package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.RowRequest;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Moves rows while the pipeline is at rest: fills slots before training, and writes dirty rows to
 * the store after training. Runs on the caller's thread, one rank after the other, and returns when
 * done.
 */
public final class Transfers {

  private final Runnable completeWriteBacks;
  private final List<Part> parts;

  /**
   * A rank's cache.
   *
   * @param plan scratch memory; must be free whenever the pipeline is at rest
   */
  public record Part(Residency residency, Lane lane, CachePlan plan) {

    private void fetchAndMove() {
      lane.fetch(plan);
      lane.memory().move(plan.moves()).await();
    }
  }

  /**
   * @param completeWriteBacks writes to the store what the out-rings still hold; see {@link
   *     Pipeline#completeWriteBacks}
   * @param parts by rank
   */
  public Transfers(Runnable completeWriteBacks, List<Part> parts) {
    this.completeWriteBacks = completeWriteBacks;
    this.parts = List.copyOf(parts);
  }

  /** Makes the rows of a request resident in the cache of a rank. */
  public void warmUp(int rank, RowRequest request) {
    Part part = parts.get(rank);
    part.residency().plan(request, part.plan());
    part.fetchAndMove();
    part.residency().drained();
  }

  /**
   * Loads every row that a residency holds to be resident. O(slots).
   *
   * @param passed receives how many slots were passed, a request at a time
   */
  public void loadResident(IntConsumer passed) {
    parts.forEach(part -> loadResident(part, passed));
  }

  private static void loadResident(Part part, IntConsumer passed) {
    Residency residency = part.residency();
    for (int slot = 0; slot < residency.slots(); ) {
      int from = slot;
      slot = residency.collectResident(slot, part.lane().memory().in().capacity(), part.plan());
      part.plan().moves().inFrom(0);
      part.fetchAndMove();
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
    parts.forEach(part -> part.residency().forgetValues());
    loadResident(slots -> {});
    parts.forEach(part -> part.residency().drained());
  }

  /**
   * Writes every dirty row to the store; the rows stay resident. Rows become clean only once the
   * store has them, so after a failure the next flush writes what this one has not. O(slots).
   *
   * @return how many rows were written
   */
  public long flush() {
    completeWriteBacks.run();
    return parts.stream().mapToLong(Transfers::flush).sum();
  }

  private static long flush(Part part) {
    Residency residency = part.residency();
    CachePlan plan = part.plan();
    long written = 0;
    int slot = 0;
    while (slot < residency.slots()) {
      slot = residency.collectDirty(slot, part.lane().memory().out().capacity(), plan);
      RowMoves moves = plan.moves();
      moves.outFrom(0);
      part.lane().memory().move(moves).await();
      part.lane().writeBack(plan);
      residency.markClean(plan);
      written += moves.evictions();
    }
    return written;
  }
}
