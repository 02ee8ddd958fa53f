package dev.farsight.engine.data;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;

/**
 * Reads the samples of a split, in batches of its own, whatever numbers are asked for. Samples that
 * nobody asks for are passed over as the source can. Owns the pass. Used by one thread.
 */
final class SplitReader implements AutoCloseable {

  /** So many samples are read at a time, for a source that parses on several threads. */
  private static final int READ_TOGETHER = 1 << 10;

  private final BatchSource pass;
  private final int split;
  private final Batch batch;

  /** The sample of the split that the batch begins with. */
  private long first;

  /**
   * @param pass over the split
   * @param split its number
   * @param each samples of a step
   */
  SplitReader(BatchSource pass, int split, BatchSchema schema, int each) {
    this.pass = pass;
    this.split = split;
    batch = new Batch(schema, room(each), HostBuffers.plain());
  }

  /**
   * How many samples are read at a time.
   *
   * @param each samples of a step
   */
  static int room(int each) {
    return each * Math.max(1, READ_TOGETHER / each);
  }

  /**
   * Copies samples behind those that a batch already has.
   *
   * @param index the first of them; not before those that were copied last
   * @param at its number in {@code into}
   */
  void read(long index, int samples, Batch into, int at) {
    int copied = 0;
    while (copied < samples) {
      toBatchOf(index + copied);
      int from = (int) (index + copied - first);
      int some = Math.min(samples - copied, batch.samples() - from);
      BatchCopy.append(batch, from, some, into, at + copied);
      copied += some;
    }
  }

  private void toBatchOf(long index) {
    while (index >= first + batch.samples()) {
      first += batch.samples();
      batch.samples(0);
      long whole = (index - first) / batch.capacity() * batch.capacity();
      if (whole > 0) {
        first += whole;
        require(pass.skip(whole, batch) == whole, index);
        StepSource.empty(batch);
      }
      require(pass.next(batch), index);
    }
  }

  private void require(boolean there, long index) {
    if (!there) {
      throw new FarsightException(
          "split "
              + split
              + " of the data has ended before its sample "
              + (index + 1)
              + "; was the data changed?");
    }
  }

  long truncatedBags() {
    return pass.truncatedBags();
  }

  @Override
  public void close() {
    pass.close();
  }
}
