package dev.farsight.engine.data;

import dev.farsight.api.data.BatchSource;

/**
 * A source that may end, or pass over samples, between steps, but not within one: with several
 * ranks a step reads a batch for each.
 */
public interface StepSource extends BatchSource {

  /** The source of the batches of a step but the first, which is read from this one. */
  BatchSource withinStep();

  /** The source of the batches of a step but the first. */
  static BatchSource withinStep(BatchSource source) {
    return source instanceof StepSource steps ? steps.withinStep() : source;
  }
}
