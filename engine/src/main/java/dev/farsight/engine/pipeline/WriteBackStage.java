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
  private final DeviceCall move;

  /** The first batch of an ended phase whose evicted rows the store lacks, and the end of those. */
  private long firstUnwritten;

  private long endUnwritten;

  WriteBackStage(List<LaneParts> lanes, LaneTickets tickets, int laneIndex) {
    super(lanes, laneIndex, "write-back", "write rows back");
    this.carriers = lanes.get(laneIndex).carriers();
    this.lane = lanes.get(laneIndex).lane();
    this.tickets = tickets;
    this.laneIndex = laneIndex;
    move = lane.watch().call("move rows");
  }

  @Override
  List<DeviceCall> deviceCalls() {
    return lane.watch().alone() ? List.of() : List.of(move);
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
    move.begin();
    tickets.awaitMove(n);
    move.end();
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
      long n = firstUnwritten;
      lane.watch().await("move rows", () -> tickets.awaitMove(n));
      lane.writeBack(carriers.plan(firstUnwritten));
    }
  }
}
