package dev.farsight.engine.predict;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.export.ScoreWriter;
import dev.farsight.api.memory.HostBuffers;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * Scores the samples of a pass. The calling thread reads batches and writes scores, in order;
 * threads of its own score the batches between. Memory: two batches more than there are threads.
 */
final class ScoringPass implements AutoCloseable {

  private final Predictor predictor;
  private final ExecutorService team;
  private final ArrayDeque<Scored> free = new ArrayDeque<>();

  /** Batches being scored, in order. */
  private final ArrayDeque<Scored> under = new ArrayDeque<>();

  /** A batch and its scores. */
  private static final class Scored {
    private final Batch batch;
    private final float[] logits;
    private final float[] probabilities;
    private Future<?> result;

    Scored(BatchSchema schema, int capacity) {
      batch = new Batch(schema, capacity, HostBuffers.plain());
      logits = new float[capacity];
      probabilities = new float[capacity];
    }
  }

  ScoringPass(Predictor predictor, BatchSchema schema, int capacity) {
    this.predictor = predictor;
    this.team = Executors.newFixedThreadPool(predictor.threads(), daemons());
    for (int b = 0; b < predictor.threads() + 2; b++) {
      free.add(new Scored(schema, capacity));
    }
  }

  private static ThreadFactory daemons() {
    var number = new AtomicInteger();
    return work -> {
      var thread = new Thread(work, "farsight-predict-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * @param written is told how many samples were written, batch by batch
   */
  void run(BatchSource samples, ScoreWriter out, LongConsumer written) throws IOException {
    Scored next = free.remove();
    while (samples.next(next.batch)) {
      Scored scored = next;
      scored.result = team.submit(() -> score(scored));
      under.add(scored);
      if (free.isEmpty()) {
        writeFirst(out, written);
      }
      next = free.remove();
    }
    while (!under.isEmpty()) {
      writeFirst(out, written);
    }
  }

  private void score(Scored scored) {
    predictor.logits(scored.batch, scored.logits);
    for (int s = 0; s < scored.batch.samples(); s++) {
      scored.probabilities[s] = (float) Predictor.probability(scored.logits[s]);
    }
  }

  private void writeFirst(ScoreWriter out, LongConsumer written) throws IOException {
    Scored first = under.remove();
    await(first.result);
    int count = first.batch.samples();
    out.write(first.batch.texts(), first.logits, first.probabilities, count);
    written.accept(count);
    free.add(first);
  }

  private static void await(Future<?> result) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          result.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits until no batch is being scored. */
  @Override
  public void close() {
    team.shutdown();
    under.forEach(
        scored -> {
          try {
            await(scored.result);
          } catch (RuntimeException | Error e) {
            // Another batch has failed before, and that is told.
          }
        });
  }
}
