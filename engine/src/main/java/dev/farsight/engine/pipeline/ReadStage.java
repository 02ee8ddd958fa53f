package dev.farsight.engine.pipeline;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.data.DividedSource;
import dev.farsight.engine.data.StepSource;
import java.util.List;

/**
 * Reads a rank's samples of each batch from the phase's source. If the source is {@linkplain
 * DividedSource divided}, each rank has a thread that reads its own. Otherwise that of the first
 * rank reads those of all ranks of this process, one after the other. The first rank decides which
 * batches there are. It needs room from the steps stage: the batch that used the carriers before
 * must be done.
 */
final class ReadStage extends Stage {

  private final List<LaneParts> lanes;
  private final int laneIndex;

  /** Null if there is one process. */
  private final Agreement agreement;

  /** The source of the phase, if each rank reads its own samples; otherwise null. */
  private DividedSource divided;

  /**
   * @param agreement with other processes; null if there are none
   */
  ReadStage(List<LaneParts> lanes, int laneIndex, Agreement agreement) {
    // What fails is the source, not a device.
    super(
        lanes.size() == 1 ? "reader" : "reader@" + lanes.get(laneIndex).rank(),
        new Clock("read", lanes.get(laneIndex).trace()));
    this.lanes = lanes;
    this.laneIndex = laneIndex;
    this.agreement = agreement;
  }

  @Override
  void begin(PhaseState state) {
    super.begin(state);
    BatchSource source = StepSource.withinStep(state.phase().source());
    divided = source instanceof DividedSource parts ? parts : null;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).read();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return laneIndex == 0 ? n < state.end() : state.read().await(n + 1);
  }

  @Override
  boolean awaitRoom(PhaseState state, long n) {
    return laneIndex > 0 || state.steps().await(n - lanes.get(0).carriers().batches() + 1);
  }

  @Override
  boolean endsOnStop() {
    return laneIndex == 0;
  }

  @Override
  Outcome run(PhaseState state, long n) {
    if (laneIndex == 0) {
      if (agreement != null) {
        agreement.read(n, state.phase()::pauseDue);
      }
      return readFirst(state.phase().source(), n) ? Outcome.DONE : Outcome.NONE;
    }
    if (divided != null) {
      Batch batch = batch(laneIndex, n);
      if (!divided.part(laneIndex).next(batch)) {
        StepSource.empty(batch);
      }
    }
    return Outcome.DONE;
  }

  /** Reads the samples of the first rank, and those of the others if they do not. */
  private boolean readFirst(BatchSource source, long n) {
    if (!source.next(batch(0, n))) {
      return false;
    }
    boolean more = true;
    for (int index = 1; divided == null && index < lanes.size(); index++) {
      Batch batch = batch(index, n);
      more = more && StepSource.withinStep(source).next(batch);
      if (!more) {
        StepSource.empty(batch);
      }
    }
    return true;
  }

  private Batch batch(int index, long n) {
    return lanes.get(index).carriers().batch(n);
  }
}
