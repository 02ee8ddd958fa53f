package dev.farsight.engine.pipeline;

import java.util.List;

/**
 * Writes a plan's evicted rows from the out-ring to the store, once the device has moved them
 * there. Needs no room: the store takes the rows.
 */
final class WriteBackStage extends Stage {

  private final Carriers carriers;
  private final Lane lane;
  private final LaneTickets tickets;
  private final int laneIndex;

  /** The first batch of an ended phase whose evicted rows the store lacks, and the end of those. */
  private long firstUnwritten;

  private long endUnwritten;

  WriteBackStage(List<LaneParts> lanes, LaneTickets tickets, int laneIndex) {
    super(
        "write-back" + suffix(lanes, laneIndex),
        new Clock("write rows back", trace(lanes, laneIndex)));
    this.carriers = lanes.get(laneIndex).carriers();
    this.lane = lanes.get(laneIndex).lane();
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

  /** The phase has ended: what the lane has moved and the stage has not done remains to be done. */
  void ended(PhaseState state) {
    LaneProgress progress = state.lane(laneIndex);
    firstUnwritten = progress.writeBack().done();
    endUnwritten = progress.move().done();
  }

  /**
   * Writes back what remains. If that fails, it still remains: until then, plans and out-ring must
   * not be reused. In the order of batches, because a later one may have a newer value of a row.
   */
  void complete() {
    for (; firstUnwritten < endUnwritten; firstUnwritten++) {
      tickets.awaitMove(firstUnwritten);
      lane.writeBack(carriers.plan(firstUnwritten));
    }
  }
}
