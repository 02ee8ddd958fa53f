package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.BatchSource;

/** A phase whose batches nobody looks at. */
final class NoPhase implements Phase {

  @Override
  public BatchSource source() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long maxBatches() {
    return Long.MAX_VALUE;
  }

  @Override
  public boolean training() {
    return true;
  }

  @Override
  public long firstStep() {
    return 0;
  }

  @Override
  public void describe(long batch, StepInput input) {}

  @Override
  public void stepped(long batch, StepResults results) {
    throw new UnsupportedOperationException();
  }
}
