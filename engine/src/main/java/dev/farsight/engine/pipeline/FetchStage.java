package dev.farsight.engine.pipeline;

import java.util.List;

/**
 * Reads a plan's rows to load from the store into the in-ring. Waits for the write-backs that the
 * plan names, so that the store has the newest values. Needs no room: the planner has reserved the
 * stretch of the in-ring.
 */
final class FetchStage extends Stage {

  private final Carriers carriers;
  private final Lane lane;
  private final int laneIndex;

  FetchStage(List<LaneParts> lanes, int laneIndex) {
    super("fetch" + suffix(lanes, laneIndex), new Clock("fetch rows", trace(lanes, laneIndex)));
    this.carriers = lanes.get(laneIndex).carriers();
    this.lane = lanes.get(laneIndex).lane();
    this.laneIndex = laneIndex;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).fetch();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.lane(laneIndex).plan().await(n + 1)
        && state.lane(laneIndex).writeBack().await(carriers.plan(n).fetchAfter());
  }

  @Override
  Outcome run(PhaseState state, long n) {
    lane.fetch(carriers.plan(n));
    return Outcome.DONE;
  }
}
