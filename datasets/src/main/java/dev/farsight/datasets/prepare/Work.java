package dev.farsight.datasets.prepare;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Reads batches and hands them to a thread that writes them: while one batch is read, the one
 * before is written. What fails in either thread ends both. Used by one thread.
 */
final class Work implements AutoCloseable {

  private static final int BATCHES = 2;

  private final PartSeries parts;
  private final Batch[] batches = new Batch[BATCHES];

  /** By batch: when it is written; null if it never was used. */
  private final Future<?>[] writes = new Future<?>[BATCHES];

  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "farsight-prepare"));
  private final LongConsumer written;
  private final BooleanSupplier stop;
  private long badRows;
  private long truncatedBags;

  Work(
      WorkFolder folder,
      BatchSchema schema,
      long partSamples,
      int batchSize,
      LongConsumer written,
      BooleanSupplier stop) {
    this.parts = new PartSeries(folder, schema, partSamples);
    for (int b = 0; b < BATCHES; b++) {
      batches[b] = new Batch(schema, batchSize, HostBuffers.plain());
    }
    this.written = written;
    this.stop = stop;
  }

  /**
   * Writes the samples for training, or for evaluation, behind those that are written already.
   *
   * @return false if it was stopped
   */
  boolean write(boolean evaluation, DataSource data) {
    if ((evaluation ? data.evalSamples() : data.trainSamples()) == 0) {
      return true;
    }
    long done = parts.begin(evaluation);
    try (BatchSource pass = evaluation ? data.eval() : data.train(0)) {
      int b = 0;
      int drop = skip(pass, done);
      while (true) {
        waitFor(writes[b]);
        if (stop.getAsBoolean()) {
          waitForAll();
          return false;
        }
        if (!pass.next(batches[b])) {
          break;
        }
        writes[b] = write(batches[b], Math.min(drop, batches[b].samples()));
        drop = 0;
        b = (b + 1) % BATCHES;
      }
      waitForAll();
      waitFor(writer.submit(parts::end));
      badRows += pass.badRows();
      truncatedBags += pass.truncatedBags();
      return true;
    }
  }

  /**
   * Skips full batches.
   *
   * @return how many samples of the next batch were written already
   */
  private int skip(BatchSource pass, long done) {
    int capacity = batches[0].capacity();
    long wanted = done - done % capacity;
    long skipped = wanted == 0 ? 0 : pass.skip(wanted, batches[0]);
    if (skipped < wanted) {
      throw new FarsightException(
          "the data ends after " + skipped + " samples, and " + done + " were prepared before");
    }
    return (int) (done - wanted);
  }

  private Future<?> write(Batch batch, int from) {
    return writer.submit(
        () -> {
          parts.add(batch, from);
          written.accept(batch.samples() - from);
        });
  }

  private void waitForAll() {
    for (Future<?> write : writes) {
      waitFor(write);
    }
  }

  private void waitFor(Future<?> write) {
    try {
      if (write != null) {
        write.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FarsightException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof FarsightException failure) {
        throw Preparation.unfinished(failure, parts.complete());
      }
      throw (RuntimeException) e.getCause();
    }
  }

  /** Samples written. */
  long written() {
    return parts.written();
  }

  long badRows() {
    return badRows;
  }

  long truncatedBags() {
    return truncatedBags;
  }

  /** Waits for the thread that writes; a part that is not whole is deleted. */
  @Override
  public void close() {
    writer.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = writer.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    parts.deleteUnfinished();
  }
}
