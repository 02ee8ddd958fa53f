package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.engine.cache.CachePlan;

/**
 * A device as the pipeline sees it: slots with their rings, the compiled step, and the movers
 * between the rings and the store. Owns none of them.
 *
 * @param fetcher reads rows into the in-ring
 * @param writer writes rows from the out-ring
 */
public record Lane(SlotMemory memory, CompiledStep step, RowMover fetcher, RowMover writer) {

  /** Reads a plan's rows to load from the store into the in-ring. */
  void fetch(CachePlan plan) {
    RowMoves moves = plan.moves();
    fetcher.read(plan.loadRows(), moves.loads(), memory.in(), moves.inFrom());
    memory.stage(moves.inFrom(), moves.loads());
  }

  /** Writes a plan's evicted rows from the out-ring to the store. The moves must be done. */
  void writeBack(CachePlan plan) {
    RowMoves moves = plan.moves();
    writer.write(plan.writeBackRows(), moves.evictions(), memory.out(), moves.outFrom());
  }
}
