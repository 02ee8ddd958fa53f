package dev.farsight.serving.batch;

import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.model.ScoreBatch;
import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores the requests of concurrent clients together, on threads of its own. A request of more
 * samples than a batch is split. Any thread may submit.
 */
public final class Batcher {

  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  private final ScoreQueue queue;
  private final ServingMetrics metrics;
  private final ServedModel model;
  private final List<Thread> scorers = new ArrayList<>();

  /**
   * @param scorers how many batches are scored at the same time
   * @param mostWaiting most samples in the queue
   * @param delay how long the first sample of a batch waits for others
   */
  public Batcher(
      ServedModel model, int scorers, int mostWaiting, Duration delay, ServingMetrics metrics) {
    this.queue = new ScoreQueue(mostWaiting, delay.toNanos(), metrics);
    this.metrics = metrics;
    this.model = model;
    for (int i = 0; i < scorers; i++) {
      var thread = new Thread(this::work, "farsight-score-" + i);
      this.scorers.add(thread);
      thread.start();
    }
  }

  /**
   * Submits a request; its listener is told by another thread.
   *
   * @throws Refusal if the queue is full, or if the batcher was stopped; the listener is not told
   */
  public void submit(Scoring scoring) {
    queue.add(scoring);
  }

  /**
   * Nobody waits for the answer any more. What is left in the queue of the request goes at once.
   */
  public void cancel(Scoring scoring) {
    if (queue.remove(scoring)) {
      tell(() -> scoring.done(scoring.waiting()));
    }
  }

  /** Samples that wait. */
  public int waitingSamples() {
    return queue.waitingSamples();
  }

  private void work() {
    var slices = newSlices();
    var dropped = new ArrayList<Scoring>();
    try {
      while (queue.take(slices, dropped)) {
        for (Scoring scoring : dropped) {
          tell(() -> scoring.done(scoring.waiting()));
        }
        dropped.clear();
        if (!slices.scorings().isEmpty()) {
          score(slices);
        }
        queue.free();
        tell(slices::tellDone);
      }
    } catch (InterruptedException e) {
      // The server ends and waits no longer.
    }
  }

  private Slices newSlices() {
    ScoreBatch batch = model.newBatch();
    return new Slices(batch, model.schema().features().size(), model.batchSize());
  }

  private void score(Slices slices) {
    long start = System.nanoTime();
    try {
      slices.score();
      metrics.scored(slices.samples(), slices.lookups(), System.nanoTime() - start);
    } catch (RuntimeException | Error e) {
      LOG.error("a batch of {} samples could not be scored", slices.samples(), e);
      var refusal = new Refusal(Reason.FAILED, "the server failed; its log tells why");
      slices.scorings().forEach(scoring -> scoring.fail(refusal));
    }
  }

  /** A listener that fails must not end the scorer. */
  private static void tell(Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException | Error e) {
      LOG.error("an answer could not be given", e);
    }
  }

  /**
   * Takes no more requests, and waits until those under way are scored.
   *
   * @return whether they were in time; otherwise they are refused
   */
  public boolean stop(Duration timeout) {
    queue.stop();
    long end = System.nanoTime() + timeout.toNanos();
    boolean inTime = true;
    try {
      for (Thread scorer : scorers) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        scorer.join(Math.max(1, left));
        inTime &= !scorer.isAlive();
      }
    } catch (InterruptedException e) {
      inTime = false;
      Thread.currentThread().interrupt();
    }
    scorers.forEach(Thread::interrupt);
    var refusal = new Refusal(Reason.UNAVAILABLE, "the server stopped before it was scored");
    for (Scoring scoring : queue.removeAll()) {
      scoring.fail(refusal);
      tell(() -> scoring.done(scoring.waiting()));
    }
    return inTime;
  }
}
