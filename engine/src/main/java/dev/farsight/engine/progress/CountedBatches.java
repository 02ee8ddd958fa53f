package dev.farsight.engine.progress;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;

/** Passes a pass over samples on, and counts the samples. Used by one thread. */
public final class CountedBatches implements BatchSource {

  private final BatchSource source;
  private final ProgressMeter meter;

  /**
   * @param source not owned
   */
  public CountedBatches(BatchSource source, ProgressMeter meter) {
    this.source = source;
    this.meter = meter;
  }

  @Override
  public BatchSchema schema() {
    return source.schema();
  }

  @Override
  public boolean next(Batch batch) {
    boolean more = source.next(batch);
    if (more) {
      meter.add(batch.samples());
    }
    return more;
  }

  @Override
  public long badRows() {
    return source.badRows();
  }

  @Override
  public long truncatedBags() {
    return source.truncatedBags();
  }

  /** Does nothing: the source is not owned. */
  @Override
  public void close() {}
}
