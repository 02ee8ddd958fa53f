package dev.farsight.engine.pipeline;

import dev.farsight.api.store.RowStore;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plan.RowMerge;
import dev.farsight.engine.plan.UniqueRowSearch;
import java.util.List;

/**
 * Finds the unique rows of a rank's samples. With one rank, these are the rows that its cache is
 * asked for, and the store is told to expect them. Needs no room: the unique rows are carried with
 * the batch.
 */
final class DedupeStage extends Stage {

  private final Carriers carriers;
  private final UniqueRowSearch search;
  private final RowStore store;
  private final boolean updatesRows;
  private final int laneIndex;
  private final DeviceCall find;

  /** Null if there is one rank. */
  private final RowMerge merge;

  /**
   * @param updatesRows whether training changes rows
   */
  DedupeStage(List<LaneParts> lanes, int laneIndex, RowStore store, boolean updatesRows) {
    super(lanes, laneIndex, "dedupe", "find unique rows");
    LaneParts parts = lanes.get(laneIndex);
    this.carriers = parts.carriers();
    this.search = parts.search();
    this.merge = parts.merge();
    this.store = store;
    this.updatesRows = updatesRows;
    this.laneIndex = laneIndex;
    find = parts.lane().watch().call("find unique rows");
  }

  @Override
  List<DeviceCall> deviceCalls() {
    return find.watch().alone() ? List.of() : List.of(find);
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).dedupe();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.lane(laneIndex).search().await(n + 1);
  }

  @Override
  Outcome run(PhaseState state, long n) {
    boolean training = state.phase().training();
    find.begin();
    search.find(
        carriers.batch(n),
        training ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE,
        training && updatesRows,
        carriers.uniqueRows(n));
    find.end();
    if (merge != null) {
      merge.sort(carriers.uniqueRows(n));
    } else {
      RowRequest request = carriers.request(n);
      store.expect(request.rows(), 0, request.count());
    }
    return Outcome.DONE;
  }
}
