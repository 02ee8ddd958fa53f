package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.cache.CachePlan;

/** A run of batches through the pipeline, in training or in evaluation. */
public interface Phase {

  /** Where the batches come from; read until it ends or {@link #maxBatches} are read. */
  BatchSource source();

  long maxBatches();

  /** Whether parameters are updated. */
  boolean training();

  /** Number of the phase's first step since the run began, from 0. */
  long firstStep();

  /** Learning rate of the phase's batch of that number, from 0. */
  float learningRate(long batch);

  /**
   * A batch's step is done. Called in order, on the pipeline's steps thread; the arguments are
   * reused afterwards.
   *
   * @param batch number within the phase, from 0
   */
  void stepped(long batch, Batch samples, StepInput result, CachePlan plan);
}
