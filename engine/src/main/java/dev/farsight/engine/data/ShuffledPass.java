package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.metrics.DataFaults;

/**
 * A pass over the samples of a source, block by block, each block shuffled. The first batch waits
 * for the first block; later blocks are filled while the one before is used. Skipping skips whole
 * blocks as the source does, and fills the block in which it ends. Owns the source.
 */
final class ShuffledPass implements BatchSource {

  private final BatchSource source;
  private final BatchSchema schema;
  private final SampleOrder order;
  private final int blockSamples;

  /** Null before the first call. */
  private BlockFiller filler;

  /** The block in use; null before the first. */
  private BlockFiller.Filled current;

  /** The next sample of the block in use. */
  private int next;

  private DataFaults faults = DataFaults.NONE;

  /**
   * @param schema that of the source, with the limits of the run
   */
  ShuffledPass(BatchSource source, BatchSchema schema, SampleOrder order, int blockSamples) {
    this.source = source;
    this.schema = schema;
    this.order = order;
    this.blockSamples = blockSamples;
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch batch) {
    if (filler == null) {
      filler = newFiller(batch);
      filler.start();
    }
    int samples = 0;
    while (samples < batch.capacity() && hasNext()) {
      int some = Math.min(batch.capacity() - samples, current.block().count() - next);
      current.block().copyTo(next, some, batch, samples);
      next += some;
      samples += some;
    }
    batch.samples(samples);
    return samples > 0;
  }

  private BlockFiller newFiller(Batch batch) {
    return new BlockFiller(source, schema, order, blockSamples, batch.capacity());
  }

  /** Whether there is a sample left; waits for its block. */
  private boolean hasNext() {
    while (current == null || next == current.block().count()) {
      if (current != null && current.last()) {
        return false;
      }
      if (current != null) {
        filler.recycle(current.block());
        current = null;
      }
      current = filler.next();
      faults = current.faults();
      next = 0;
    }
    return true;
  }

  @Override
  public long skip(long samples, Batch scratch) {
    if (filler != null) {
      return BatchSource.super.skip(samples, scratch);
    }
    long block = samples / blockSamples;
    long before = block * blockSamples;
    BlockFiller skipping = newFiller(scratch);
    long skipped = skipping.skipTo(block, before);
    filler = skipping;
    filler.start();
    if (skipped == before && samples > before && hasNext()) {
      next = (int) Math.min(samples - before, current.block().count());
      skipped += next;
    }
    return skipped;
  }

  /** Of the blocks used so far. */
  @Override
  public long badRows() {
    return faults.badRows();
  }

  /** Of the blocks used so far. */
  @Override
  public long truncatedBags() {
    return faults.truncatedBags();
  }

  @Override
  public void close() {
    if (filler == null) {
      source.close();
    } else {
      Closing.all(filler, source);
    }
  }
}
