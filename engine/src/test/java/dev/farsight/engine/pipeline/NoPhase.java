package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.cache.CachePlan;

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
  public long rowsDrawnStep() {
    return 0;
  }

  @Override
  public float learningRate(long batch) {
    return 0;
  }

  @Override
  public void stepped(long batch, Batch samples, StepInput result, CachePlan plan) {
    throw new UnsupportedOperationException();
  }
}
