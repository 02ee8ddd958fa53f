package dev.farsight.engine.data;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.metrics.DataFaults;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Reads a source block by block on a thread of its own, and shuffles each block. One block is
 * filled while the other is emptied. Reads no further than that. The thread ends with the source,
 * with a failure, or when this is closed; closing waits until a batch that is being read is done.
 */
final class BlockFiller implements AutoCloseable {

  /**
   * A block, and what is known with it.
   *
   * @param last whether the source has ended with it
   * @param faults what the source had left out up to its end
   * @param failure why it could not be filled; null if it was
   */
  record Filled(SampleBlock block, boolean last, DataFaults faults, Throwable failure) {}

  private final BatchSource source;
  private final SampleOrder order;

  /** The batch that is read into, and the first sample in it that is in no block yet. */
  private final Batch batch;

  private int nextInBatch;

  /** Blocks to fill; an empty one of these tells the thread to end. */
  private final BlockingQueue<Optional<SampleBlock>> empty = new LinkedBlockingQueue<>();

  private final BlockingQueue<Filled> filled = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::fillAll, "farsight-shuffle");
  private long nextBlock;
  private volatile boolean closed;

  /**
   * @param source not owned; used by the thread alone from {@link #start} to {@link #close}
   * @param schema of the batches that are read
   * @param blockSamples samples of a block
   * @param batchSize samples of the batches that are read
   */
  BlockFiller(
      BatchSource source, BatchSchema schema, SampleOrder order, int blockSamples, int batchSize) {
    this.source = source;
    this.order = order;
    batch = new Batch(schema, batchSize, HostBuffers.plain());
    recycle(new SampleBlock(schema, blockSamples));
    recycle(new SampleBlock(schema, blockSamples));
    thread.setDaemon(true);
  }

  /**
   * Goes to the beginning of a block, before the thread is started.
   *
   * @param position its first sample
   * @return how many samples were skipped; fewer if there are fewer
   */
  long skipTo(long block, long position) {
    nextBlock = block;
    long inBatches = position / batch.capacity() * batch.capacity();
    long skipped = source.skip(inBatches, batch);
    if (skipped == inBatches && position > inBatches && source.next(batch)) {
      nextInBatch = (int) Math.min(position - inBatches, batch.samples());
      return skipped + nextInBatch;
    }
    batch.samples(0); // what skipping has left in it
    return skipped;
  }

  void start() {
    thread.start();
  }

  /**
   * Waits for the next block.
   *
   * @throws FarsightException if it could not be filled
   */
  Filled next() {
    try {
      Filled next = filled.take();
      if (next.failure() != null) {
        filled.add(next); // for whoever asks again
      }
      if (next.failure() instanceof Error e) {
        throw e;
      }
      if (next.failure() instanceof RuntimeException e) {
        throw e;
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FarsightException("interrupted while waiting for samples", e);
    }
  }

  /** Takes back a block of which every sample was used. */
  void recycle(SampleBlock block) {
    empty.add(Optional.of(block));
  }

  private void fillAll() {
    boolean more = true;
    while (more) {
      Optional<SampleBlock> block = awaitEmpty();
      if (closed || block.isEmpty()) {
        return;
      }
      Filled next;
      try {
        next = fill(block.get());
      } catch (Throwable e) {
        next = new Filled(block.get(), true, DataFaults.NONE, e);
      }
      more = !next.last();
      filled.add(next);
    }
  }

  private Optional<SampleBlock> awaitEmpty() {
    while (true) {
      try {
        return empty.take();
      } catch (InterruptedException e) {
        // Nobody has a reason to interrupt this thread; close() ends it.
      }
    }
  }

  private Filled fill(SampleBlock block) {
    block.clear();
    boolean more = true;
    while (!block.isFull() && more && !closed) {
      if (nextInBatch == batch.samples()) {
        more = source.next(batch);
        nextInBatch = 0;
      }
      while (more && nextInBatch < batch.samples() && !block.isFull()) {
        block.add(batch, nextInBatch++);
      }
    }
    block.shuffle(order, nextBlock++);
    return new Filled(block, !more, DataFaults.of(source), null);
  }

  /** Ends the thread. */
  @Override
  public void close() {
    closed = true;
    empty.add(Optional.empty());
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
