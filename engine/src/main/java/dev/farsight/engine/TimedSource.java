package dev.farsight.engine;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;

/** A source that seems to end when it is time for a checkpoint. Does not own what it reads. */
final class TimedSource implements BatchSource {

  private final BatchSource source;
  private final long nanos;
  private final long since;
  private volatile boolean due;

  /**
   * @param nanos after how long to end, 0: never
   * @param since the {@link System#nanoTime} that it counts from
   */
  TimedSource(BatchSource source, long nanos, long since) {
    this.source = source;
    this.nanos = nanos;
    this.since = since;
  }

  /** Whether it ended early, with samples left to read. */
  boolean due() {
    return due;
  }

  @Override
  public BatchSchema schema() {
    return source.schema();
  }

  @Override
  public boolean next(Batch into) {
    due = nanos > 0 && System.nanoTime() - since >= nanos;
    return !due && source.next(into);
  }

  @Override
  public long badRows() {
    return source.badRows();
  }

  @Override
  public void close() {
    // Its source is closed by who opened it.
  }
}
