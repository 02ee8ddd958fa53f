package dev.farsight.bench.trace;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.TableSet;

/**
 * Lookups in their order: phases of samples, each sample with one lookup in every table. Read any
 * number of times. Immutable.
 */
public interface Trace {

  /** The file, for messages. */
  String name();

  TableSet tables();

  /** Samples a batch, as recorded; 1 where the trace knows no batches. */
  int batchSize();

  /** Bytes of a row with its optimizer state, or 0 where the trace does not know. */
  int rowBytes();

  /**
   * A pass from the first sample on.
   *
   * @param batchSize samples a batch; the last of a phase may be smaller, as in a run
   */
  TracePass open(int batchSize);

  /** What batches of the trace look like: lookups alone. */
  default BatchSchema schema() {
    return new BatchSchema(0, tables(), false, false);
  }
}
