package dev.farsight.engine.pipeline;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.data.DividedSource;
import dev.farsight.engine.data.StepSource;
import java.util.List;

/**
 * Reads a rank's samples of each batch from the phase's source. If the source is {@linkplain
 * DividedSource divided}, each rank has a thread that reads its own. Otherwise that of rank 0 reads
 * those of all ranks, one after the other. Rank 0 decides which batches there are. It needs room
 * from the steps stage: the batch that used the carriers before must be done.
 */
final class ReadStage extends Stage {

  private final List<LaneParts> lanes;
  private final int laneIndex;

  /** The source of the phase, if each rank reads its own samples; otherwise null. */
  private DividedSource divided;

  ReadStage(List<LaneParts> lanes, int laneIndex) {
    // What fails is the source, not a device.
    super(
        lanes.size() == 1 ? "reader" : "reader@" + laneIndex,
        new Clock("read", lanes.get(laneIndex).trace()));
    this.lanes = lanes;
    this.laneIndex = laneIndex;
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
      return readFirst(state.phase().source(), n) ? Outcome.DONE : Outcome.NONE;
    }
    if (divided != null) {
      Batch batch = batch(laneIndex, n);
      if (!divided.ofRank(laneIndex).next(batch)) {
        empty(batch);
      }
    }
    return Outcome.DONE;
  }

  /** Reads the samples of rank 0, and those of the others if they do not. */
  private boolean readFirst(BatchSource source, long n) {
    if (!source.next(batch(0, n))) {
      return false;
    }
    boolean more = true;
    for (int index = 1; divided == null && index < lanes.size(); index++) {
      Batch batch = batch(index, n);
      more = more && StepSource.withinStep(source).next(batch);
      if (!more) {
        empty(batch);
      }
    }
    return true;
  }

  private Batch batch(int index, long n) {
    return lanes.get(index).carriers().batch(n);
  }

  /** The source has ended: the last batch was too short for this rank. */
  private static void empty(Batch batch) {
    for (int f = 0; f < batch.schema().features().size(); f++) {
      if (batch.offsets(f) != null) {
        batch.offsets(f)[0] = 0;
      }
    }
    batch.samples(0);
  }
}
