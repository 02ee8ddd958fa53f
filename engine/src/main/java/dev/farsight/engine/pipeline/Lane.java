package dev.farsight.engine.pipeline;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.cache.CachePlan;
import java.time.Duration;

/**
 * A device as the pipeline sees it: slots with their rings, the compiled step, and the movers
 * between the rings and the store. Owns none of them.
 *
 * @param fetcher reads rows into the in-ring
 * @param writer writes rows from the out-ring
 * @param collective connects the step with those of the other ranks; null if there is one rank
 * @param watch sees whether the device answers
 */
public record Lane(
    SlotMemory memory,
    CompiledStep step,
    RowMover fetcher,
    RowMover writer,
    Collective collective,
    DeviceWatch watch) {

  /** Of the only rank. */
  public Lane(SlotMemory memory, CompiledStep step, RowMover fetcher, RowMover writer) {
    this(memory, step, fetcher, writer, null, DeviceWatch.ofOnlyRank());
  }

  /** Ends the steps of all ranks, because this one cannot go on. */
  void abort(Throwable reason) {
    if (collective != null) {
      collective.abort(Quoted.line(String.valueOf(reason.getMessage())));
    }
  }

  /**
   * The first step of a kind begins, or has ended on all ranks: they wait longer for each other.
   */
  void firstStep(boolean runs) {
    watch.firstStep(runs);
    if (collective != null) {
      Duration usual = collective.timeout();
      collective.patience(runs ? DeviceWatch.first(usual) : usual);
    }
  }

  /** Moves rows while the pipeline is at rest. */
  void moveAtRest(RowMoves moves) {
    watch.run("move rows", () -> memory.move(moves).await());
  }

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
