package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.HostTrace;

/**
 * Writes a plan's evicted rows from the out-ring to the store, once the device has moved them
 * there. Needs no room: the store takes the rows.
 */
final class WriteBackStage extends Stage {

  private final Carriers carriers;
  private final Lane lane;
  private final LaneTickets tickets;
  private final int laneIndex;

  WriteBackStage(
      HostTrace trace, Carriers carriers, Lane lane, LaneTickets tickets, int laneIndex) {
    super("write-back", new Clock("write rows back", trace));
    this.carriers = carriers;
    this.lane = lane;
    this.tickets = tickets;
    this.laneIndex = laneIndex;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).writeBack();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    if (!state.lane(laneIndex).move().await(n + 1)) {
      return false;
    }
    tickets.awaitMove(n);
    return true;
  }

  @Override
  Outcome run(PhaseState state, long n) {
    lane.writeBack(carriers.plan(n));
    return Outcome.DONE;
  }

  /** Writes back the batches that the lane has moved and the stage has not done. */
  void complete(PhaseState state, StageThreads threads) {
    LaneProgress progress = state.lane(laneIndex);
    for (long n = progress.writeBack().done(); n < progress.move().done(); n++) {
      try {
        tickets.awaitMove(n);
        lane.writeBack(carriers.plan(n));
      } catch (RuntimeException e) {
        threads.failed(e);
      }
    }
  }
}
