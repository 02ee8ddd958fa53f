package dev.farsight.engine.pipeline;

import dev.farsight.api.store.RowStore;
import dev.farsight.engine.cache.RowRequest;
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
  private final boolean merged;

  /**
   * @param updatesRows whether training changes rows
   */
  DedupeStage(List<LaneParts> lanes, int laneIndex, RowStore store, boolean updatesRows) {
    super(
        "dedupe" + suffix(lanes, laneIndex),
        new Clock("find unique rows", trace(lanes, laneIndex)));
    LaneParts parts = lanes.get(laneIndex);
    this.carriers = parts.carriers();
    this.search = parts.search();
    this.merged = parts.merge() != null;
    this.store = store;
    this.updatesRows = updatesRows;
    this.laneIndex = laneIndex;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).dedupe();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.read().await(n + 1);
  }

  @Override
  Outcome run(PhaseState state, long n) {
    boolean training = state.phase().training();
    search.find(
        carriers.batch(n),
        training ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE,
        training && updatesRows,
        carriers.uniqueRows(n));
    if (!merged) {
      RowRequest request = carriers.request(n);
      store.expect(request.rows(), 0, request.count());
    }
    return Outcome.DONE;
  }
}
