package dev.farsight.bench.trace;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.TableSet;

/**
 * Lookups in their order: phases of samples, each sample with a bag of lookups for every feature.
 * Read any number of times. Immutable.
 */
public interface Trace {

  /** The file, for messages. */
  String name();

  /** What the batches of the run looked like. */
  BatchSchema schema();

  default TableSet tables() {
    return schema().tables();
  }

  /** Samples a batch, as recorded; 1 where the trace knows no batches. */
  int batchSize();

  /** Bytes of a row with its optimizer state, or 0 where the trace does not know. */
  int rowBytes();

  /**
   * A batch for passes with so many samples a batch.
   *
   * @throws dev.farsight.api.FarsightException if it would have more lookups than possible
   */
  default Batch newBatch(int batchSize) {
    return Traces.newBatch(name(), schema(), batchSize);
  }

  /**
   * A pass from the first sample on, over batches that {@link #newBatch} makes.
   *
   * @param batchSize samples a batch; the last of a phase may be smaller, as in a run
   */
  TracePass open(int batchSize);
}
