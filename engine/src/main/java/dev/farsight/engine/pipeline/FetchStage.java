package dev.farsight.engine.pipeline;

import java.util.List;

/**
 * Reads a plan's rows to load from the store into the in-ring. Waits for the write-backs that the
 * plan names, so that the store has the newest values; where ranks have columns of the same rows,
 * for those of all lanes, because some state is that of a row as a whole. Needs no room: the
 * planner has reserved the stretch of the in-ring.
 */
final class FetchStage extends Stage {

  private final Carriers carriers;
  private final Lane lane;
  private final int laneIndex;
  private final boolean columns;

  FetchStage(List<LaneParts> lanes, int laneIndex) {
    super(lanes, laneIndex, "fetch", "fetch rows");
    this.carriers = lanes.get(laneIndex).carriers();
    this.lane = lanes.get(laneIndex).lane();
    this.laneIndex = laneIndex;
    columns = lanes.get(laneIndex).columns();
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).fetch();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    if (!state.lane(laneIndex).plan().await(n + 1)) {
      return false;
    }
    long writeBacks = carriers.plan(n).fetchAfter();
    return columns
        ? state.awaitWrittenBack(writeBacks)
        : state.lane(laneIndex).writeBack().await(writeBacks);
  }

  @Override
  Outcome run(PhaseState state, long n) {
    lane.fetch(carriers.plan(n));
    return Outcome.DONE;
  }
}
