package dev.farsight.engine.pipeline;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowStore;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.plan.AskedRows;
import dev.farsight.engine.plan.OwnedRows;
import dev.farsight.engine.plan.RowMerge;
import java.util.Arrays;
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

  /** Null if there are no other processes. */
  private final AskStage asks;

  /** By rank. */
  private final AskedRows[] asked;

  /** By lane. */
  private final AskedRows[] ofLanes;

  /**
   * @param asks of the same lane; null if there are no other processes
   * @param ranks of all processes
   * @param updatesRows whether training changes rows
   */
  MergeStage(
      List<LaneParts> lanes,
      int laneIndex,
      AskStage asks,
      int ranks,
      RowStore store,
      boolean updatesRows) {
    super(lanes, laneIndex, "merge", "merge rows");
    this.lanes = lanes;
    this.laneIndex = laneIndex;
    this.merge = lanes.get(laneIndex).merge();
    this.store = store;
    this.updatesRows = updatesRows;
    this.asks = asks;
    asked = new AskedRows[ranks];
    ofLanes = new AskedRows[lanes.size()];
    Arrays.setAll(ofLanes, lane -> new AskedRows());
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).merge();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.awaitDeduped(n) && (asks == null || state.lane(laneIndex).ask().await(n + 1));
  }

  @Override
  Outcome run(PhaseState state, long n) {
    for (int rank = 0; asks != null && rank < asked.length; rank++) {
      asked[rank] = asks.received(n).asked(rank);
    }
    for (int lane = 0; lane < ofLanes.length; lane++) {
      Carriers carriers = lanes.get(lane).carriers();
      asked[lanes.get(lane).rank()] = ofLanes[lane].of(carriers.uniqueRows(n), carriers.batch(n));
    }
    boolean training = state.phase().training();
    Carriers own = lanes.get(laneIndex).carriers();
    merge.merge(
        asked,
        training ? RowRequest.Use.TRAIN : RowRequest.Use.EVALUATE,
        training && updatesRows,
        own.owned(n));
    requireWeight(state, n, own.owned(n));
    RowRequest request = own.request(n);
    // Where all ranks have the same request, one tells the store.
    if (laneIndex == 0 || !merge.columns()) {
      store.expect(request.rows(), 0, request.count());
    }
    return Outcome.DONE;
  }

  /** Where a process reads only its own samples, nobody else sees the weights of a whole step. */
  private void requireWeight(PhaseState state, long n, OwnedRows rows) {
    if (asks != null && rows.samples() > 0 && rows.divisor() == 0) {
      throw new FarsightException(
          "sample weight, batch "
              + (state.numberInPhase(n) + 1)
              + ": every weight is 0; at least one more is needed");
    }
  }
}
