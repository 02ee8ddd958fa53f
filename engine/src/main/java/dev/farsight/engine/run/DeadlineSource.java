package dev.farsight.engine.run;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.data.StepSource;

/**
 * A source that ends early when a checkpoint is due by time. Does not own the source that it reads.
 */
final class DeadlineSource implements StepSource {

  private final BatchSource source;
  private final long intervalNanos;
  private final long startNanos;
  private volatile boolean due;

  /**
   * @param intervalNanos time after which to end; 0: never
   * @param startNanos the {@link System#nanoTime} at which the interval begins
   */
  DeadlineSource(BatchSource source, long intervalNanos, long startNanos) {
    this.source = source;
    this.intervalNanos = intervalNanos;
    this.startNanos = startNanos;
  }

  /** Whether the source ended early, with samples left to read. */
  boolean isDue() {
    return due;
  }

  @Override
  public BatchSchema schema() {
    return source.schema();
  }

  @Override
  public boolean next(Batch batch) {
    due = intervalNanos > 0 && System.nanoTime() - startNanos >= intervalNanos;
    return !due && source.next(batch);
  }

  @Override
  public BatchSource withinStep() {
    return StepSource.withinStep(source);
  }

  @Override
  public long badRows() {
    return source.badRows();
  }

  @Override
  public long truncatedBags() {
    return source.truncatedBags();
  }

  @Override
  public void close() {
    // The owner of the source closes it.
  }
}
