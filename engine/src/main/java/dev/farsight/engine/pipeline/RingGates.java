package dev.farsight.engine.pipeline;

import dev.farsight.engine.cache.Ring;

/**
 * When stretches of a lane's rings can be reused. Created before the rings, which the residency
 * needs; the pipeline connects it to each phase.
 */
public final class RingGates {

  private final int forwardWindow;
  private final int laneIndex;
  private volatile PhaseState state;

  /**
   * @param forwardWindow how many plans later a row can still be forwarded
   * @param laneIndex the lane that the rings belong to
   */
  public RingGates(int forwardWindow, int laneIndex) {
    this.forwardWindow = forwardWindow;
    this.laneIndex = laneIndex;
  }

  /** A phase begins. */
  void begin(PhaseState state) {
    this.state = state;
  }

  /** An in-ring stretch is free once its move is done; the write-back stage waits for the move. */
  public Ring.Gate in() {
    return (held, planning) -> require(lane().writeBack().await(held + 1));
  }

  /** An out-ring stretch is free once it is written back and no longer forwarded from. */
  public Ring.Gate out() {
    return (held, planning) -> {
      LaneProgress lane = lane();
      require(lane.writeBack().await(held + 1));
      require(lane.move().await(Math.min(held + forwardWindow, planning - 1) + 1));
    };
  }

  private LaneProgress lane() {
    return state.lane(laneIndex);
  }

  private static void require(boolean free) {
    if (!free) {
      throw new PhaseEnded();
    }
  }
}
