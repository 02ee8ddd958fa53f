package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.internal.Closing;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * A pass over samples in the order of splits. A split is opened when its first sample is read, and
 * closed after its last one. Passing over samples only counts them, so whoever reads some ranks'
 * samples of each step opens the splits alone that have them. Allocates nothing per batch. Used by
 * one thread.
 */
final class SplitsPass implements BatchSource {

  private final BatchSchema schema;
  private final SplitOrder order;
  private final IntFunction<BatchSource> open;

  /** By split; null if it is not open. */
  private final SplitReader[] readers;

  private long position;

  /** Counted by splits that were closed. */
  private long truncatedBags;

  /**
   * @param order at any position
   * @param open opens a split by its number
   */
  SplitsPass(BatchSchema schema, SplitOrder order, IntFunction<BatchSource> open) {
    this.schema = schema;
    this.order = order;
    this.open = open;
    readers = new SplitReader[order.splits()];
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch batch) {
    int samples = 0;
    while (samples < batch.capacity() && position < order.samples()) {
      order.at(position);
      int some = (int) Math.min(order.run(), batch.capacity() - samples);
      int split = order.split();
      reader(split).read(order.index(), some, batch, samples);
      if (order.index() + some == order.length(split)) {
        close(split);
      }
      samples += some;
      position += some;
    }
    if (samples == 0) {
      return false;
    }
    batch.samples(samples);
    return true;
  }

  private SplitReader reader(int split) {
    if (readers[split] == null) {
      readers[split] = new SplitReader(open.apply(split), split, schema, order.each());
    }
    return readers[split];
  }

  private void close(int split) {
    truncatedBags += readers[split].truncatedBags();
    SplitReader done = readers[split];
    readers[split] = null;
    done.close();
  }

  @Override
  public long skip(long samples, Batch scratch) {
    long skipped = Math.min(samples, order.samples() - position);
    position += skipped;
    return skipped;
  }

  /** Of the splits that were opened, up to where they were read. */
  @Override
  public long truncatedBags() {
    long bags = truncatedBags;
    for (SplitReader reader : readers) {
      bags += reader == null ? 0 : reader.truncatedBags();
    }
    return bags;
  }

  @Override
  public void close() {
    Closing.all(Arrays.stream(readers).filter(Objects::nonNull).toArray(AutoCloseable[]::new));
  }
}
