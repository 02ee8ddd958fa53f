package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;

/**
 * A source of the samples of steps, of one rank after the other. It may end, or pass over samples,
 * between steps, but not within one.
 */
public interface StepSource extends BatchSource {

  /** Makes a batch one without a sample. */
  static void empty(Batch batch) {
    for (int f = 0; f < batch.schema().features().size(); f++) {
      if (batch.offsets(f) != null) {
        batch.offsets(f)[0] = 0;
      }
    }
    batch.samples(0);
  }

  /** The source of the batches of a step but the first, which is read from this one. */
  BatchSource withinStep();

  /** The source of the batches of a step but the first. */
  static BatchSource withinStep(BatchSource source) {
    return source instanceof StepSource steps ? steps.withinStep() : source;
  }
}
