package dev.farsight.engine.pipeline;

import dev.farsight.api.data.Batch;
import dev.farsight.api.store.RowStore;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plan.RowMerge;
import dev.farsight.engine.plan.UniqueRows;
import java.util.List;

/**
 * Puts together the rows of one rank that all ranks look up, and tells the store to expect them.
 * Only with several ranks. Needs no room: its rows are carried with the batch.
 */
final class MergeStage extends Stage {

  private final List<LaneParts> lanes;
  private final int laneIndex;
  private final RowMerge merge;
  private final RowStore store;
  private final boolean updatesRows;
  private final Batch[] batches;
  private final UniqueRows[] asked;

  /**
   * @param updatesRows whether training changes rows
   */
  MergeStage(List<LaneParts> lanes, int laneIndex, RowStore store, boolean updatesRows) {
    super(lanes, laneIndex, "merge", "merge rows");
    this.lanes = lanes;
    this.laneIndex = laneIndex;
    this.merge = lanes.get(laneIndex).merge();
    this.store = store;
    this.updatesRows = updatesRows;
    batches = new Batch[lanes.size()];
    asked = new UniqueRows[lanes.size()];
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).merge();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.awaitDeduped(n);
  }

  @Override
  Outcome run(PhaseState state, long n) {
    for (int index = 0; index < batches.length; index++) {
      Carriers carriers = lanes.get(index).carriers();
      batches[index] = carriers.batch(n);
      asked[index] = carriers.uniqueRows(n);
    }
    boolean training = state.phase().training();
    Carriers own = lanes.get(laneIndex).carriers();
    merge.merge(
        batches,
        asked,
        training ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE,
        training && updatesRows,
        own.owned(n));
    RowRequest request = own.request(n);
    // Where all ranks have the same request, one tells the store.
    if (laneIndex == 0 || !merge.columns()) {
      store.expect(request.rows(), 0, request.count());
    }
    return Outcome.DONE;
  }
}
