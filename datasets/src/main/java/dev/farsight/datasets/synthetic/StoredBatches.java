package dev.farsight.datasets.synthetic;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;

/** Serves samples made beforehand. Allocates nothing. */
final class StoredBatches implements BatchSource {

  private final BatchSchema schema;
  private final StoredSamples samples;
  private final long end;
  private long next;

  StoredBatches(BatchSchema schema, StoredSamples samples, long from, long end) {
    this.schema = schema;
    this.samples = samples;
    this.next = from;
    this.end = end;
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch into) {
    int count = (int) Math.min(into.capacity(), end - next);
    samples.copy(next, count, into);
    into.samples(count);
    next += count;
    return count > 0;
  }

  @Override
  public long skip(long samples, Batch scratch) {
    long skipped = Math.min(samples, end - next);
    next += skipped;
    return skipped;
  }

  @Override
  public void close() {
    // The samples stay for the next pass.
  }
}
