package dev.farsight.engine.pipeline;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.data.StepSource;
import java.util.List;

/**
 * Reads batches from the phase's source: each rank's samples, one rank after the other. Needs room
 * from the steps stage: the batch that used the carriers before must be done.
 */
final class ReadStage extends Stage {

  private final List<LaneParts> lanes;

  ReadStage(List<LaneParts> lanes) {
    super("reader", new Clock("read", lanes.get(0).trace()));
    this.lanes = lanes;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.read();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return n < state.end();
  }

  @Override
  boolean awaitRoom(PhaseState state, long n) {
    return state.steps().await(n - lanes.get(0).carriers().batches() + 1);
  }

  @Override
  boolean endsOnStop() {
    return true;
  }

  @Override
  Outcome run(PhaseState state, long n) {
    BatchSource source = state.phase().source();
    boolean more = true;
    for (int index = 0; index < lanes.size(); index++) {
      Batch batch = lanes.get(index).carriers().batch(n);
      more = more && (index == 0 ? source : StepSource.withinStep(source)).next(batch);
      if (!more && index == 0) {
        return Outcome.NONE;
      }
      if (!more) {
        empty(batch);
      }
    }
    return Outcome.DONE;
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
