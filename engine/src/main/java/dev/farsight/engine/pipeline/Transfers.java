package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.RowRequest;

/**
 * Moves rows while the pipeline is at rest: before training, to fill slots; after it, to empty what
 * is dirty into the store. Runs on the caller's thread and returns when done.
 */
public final class Transfers {

  private final Residency residency;
  private final SlotMemory memory;
  private final RowMover fetcher;
  private final RowMover writer;
  private final CachePlan plan;

  /**
   * @param plan scratch; free to use whenever the pipeline is at rest
   */
  public Transfers(
      Residency residency, SlotMemory memory, RowMover fetcher, RowMover writer, CachePlan plan) {
    this.residency = residency;
    this.memory = memory;
    this.fetcher = fetcher;
    this.writer = writer;
    this.plan = plan;
  }

  /** Makes the rows of a request resident. */
  public void warmUp(RowRequest request) {
    residency.plan(request, plan);
    fetchAndMove();
    residency.drained();
  }

  /** Loads every row that the residency says is resident. O(slots). */
  public void loadResident() {
    for (int slot = 0; slot < residency.slots(); ) {
      slot = residency.collectResident(slot, memory.in().capacity(), plan);
      plan.moves().inFrom(0);
      fetchAndMove();
    }
  }

  private void fetchAndMove() {
    RowMoves moves = plan.moves();
    fetcher.read(plan.loadRows(), moves.loads(), memory.in(), moves.inFrom());
    memory.stage(moves.inFrom(), moves.loads());
    memory.move(moves).await();
  }

  /**
   * Writes every dirty row to the store; rows stay resident. O(slots).
   *
   * @return how many rows were written
   */
  public long flush() {
    long written = 0;
    int slot = 0;
    while (slot < residency.slots()) {
      slot = residency.collectDirty(slot, memory.out().capacity(), plan);
      RowMoves moves = plan.moves();
      moves.outFrom(0);
      memory.move(moves).await();
      writer.write(plan.writeBackRows(), moves.evictions(), memory.out(), 0);
      written += moves.evictions();
    }
    return written;
  }
}
