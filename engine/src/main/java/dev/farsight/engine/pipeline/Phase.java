package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.BatchSource;

/** A sequence of batches that the pipeline trains on, or evaluates. */
public interface Phase {

  /** The batches; read until the source ends or {@link #maxBatches} are read. */
  BatchSource source();

  long maxBatches();

  /** Whether parameters are updated. */
  boolean training();

  /** Number of the phase's first step since the run began, from 0. */
  long firstStep();

  /**
   * Whether the phase should end soon, with samples left to read. Only asked where several
   * processes have to agree about it, and only process 0; others end a phase by its source.
   */
  default boolean pauseDue() {
    return false;
  }

  /**
   * Writes what the step of a batch needs beside the batch: its number, learning rates, and how
   * many updates were made before. Called in batch order on the thread that orders lookups, for
   * each rank on another one.
   *
   * @param batch number within the phase, from 0
   */
  void describe(long batch, StepInput input);

  /**
   * The step of a batch is done. Called in batch order on the pipeline's steps thread. The results
   * are reused after the call.
   *
   * @param batch number within the phase, from 0
   */
  void stepped(long batch, StepResults results);
}
