package dev.farsight.engine.pipeline;

import dev.farsight.engine.plan.UniqueRowSearch;
import java.util.List;

/**
 * Starts the search for the unique rows of a rank's samples, if a device searches: it copies their
 * lookups into memory that the device reads. Needs no room: the search is carried with the batch.
 */
final class SearchStage extends Stage {

  private final Carriers carriers;
  private final UniqueRowSearch search;
  private final int laneIndex;
  private final DeviceCall start;

  SearchStage(List<LaneParts> lanes, int laneIndex) {
    super(lanes, laneIndex, "search", "start search");
    LaneParts parts = lanes.get(laneIndex);
    this.carriers = parts.carriers();
    this.search = parts.search();
    this.laneIndex = laneIndex;
    start = parts.lane().watch().call("start to find unique rows");
  }

  @Override
  List<DeviceCall> deviceCalls() {
    return start.watch().alone() ? List.of() : List.of(start);
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).search();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.lane(laneIndex).read().await(n + 1);
  }

  @Override
  Outcome run(PhaseState state, long n) {
    start.begin();
    search.begin(carriers.batch(n), carriers.uniqueRows(n));
    start.end();
    return Outcome.DONE;
  }
}
