package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.cache.CachePlan;

/** A sequence of batches that the pipeline trains on, or evaluates. */
public interface Phase {

  /** The batches; read until the source ends or {@link #maxBatches} are read. */
  BatchSource source();

  long maxBatches();

  /** Whether parameters are updated. */
  boolean training();

  /** Number of the phase's first step since the run began, from 0. */
  long firstStep();

  /** Steps trained before all rows were drawn last: at the start of the run, or anew. */
  long rowsDrawnStep();

  /**
   * Learning rate of a batch.
   *
   * @param batch number within the phase, from 0
   */
  float learningRate(long batch);

  /**
   * The step of a batch is done. Called in batch order on the pipeline's steps thread. The
   * arguments are reused after the call.
   *
   * @param batch number within the phase, from 0
   */
  void stepped(long batch, Batch samples, StepInput result, CachePlan plan);
}
