package dev.farsight.bench.trace;

import dev.farsight.api.data.Batch;

/** One pass over a trace, batch by batch. Used by one thread. */
public interface TracePass extends AutoCloseable {

  /**
   * Reads the next batch, of one phase.
   *
   * @return false when there is none left
   * @throws dev.farsight.api.FarsightException where the trace is damaged, with file and offset
   */
  boolean next(Batch into);

  /** The phase of the batch last read. */
  TracePhase phase();

  @Override
  void close();
}
