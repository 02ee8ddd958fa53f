package dev.farsight.serving.batch;

import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The samples that wait to be scored, first come, first served, and the batches that scorers make
 * of them.
 *
 * <p>A scorer that is free takes what waits. If no other scorer is busy, it takes it at once: there
 * is nothing to wait for. Otherwise it lets samples gather until the batch is full, the first of
 * them has waited for the delay, or the others are done.
 *
 * <p>Any thread. O(1) a request; O(requests of the batch) for a scorer.
 */
final class ScoreQueue {

  private final int mostSamples;
  private final long delayNanos;
  private final ServingMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Scoring> waiting = new ArrayDeque<>();
  private int waitingSamples;
  private int busyScorers;
  private boolean stopped;

  /**
   * @param mostSamples most samples that wait
   * @param delayNanos how long the first sample of a batch waits for others
   */
  ScoreQueue(int mostSamples, long delayNanos, ServingMetrics metrics) {
    this.mostSamples = mostSamples;
    this.delayNanos = delayNanos;
    this.metrics = metrics;
  }

  /**
   * Adds the samples of a request.
   *
   * @throws Refusal if the queue is full or stopped
   */
  void add(Scoring scoring) {
    int count = scoring.samples().count();
    lock.lock();
    try {
      if (stopped) {
        throw new Refusal(Reason.UNAVAILABLE, "the server is stopping");
      }
      if (waitingSamples + count > mostSamples) {
        throw new Refusal(
            Reason.BUSY,
            waitingSamples + " samples wait already, of " + mostSamples + "; try again later");
      }
      waitingSamples += count;
      waiting.addLast(scoring);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  int waitingSamples() {
    lock.lock();
    try {
      return waitingSamples;
    } finally {
      lock.unlock();
    }
  }

  /** No request is taken any more; scorers end once those that wait are scored. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next batch. The scorer is busy from here on until it calls {@link #free}.
   *
   * @param slices receives the samples
   * @param dropped receives requests that are not to be scored, and were removed: the scorer tells
   *     them
   * @return false if there is none, because the queue has stopped
   */
  boolean take(Slices slices, List<Scoring> dropped) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        drop(dropped);
        if (!dropped.isEmpty()) {
          slices.scorings().clear();
          busyScorers++;
          return true;
        }
        Scoring first = waiting.peekFirst();
        if (first == null) {
          if (stopped) {
            return false;
          }
          changed.await();
        } else {
          long wait = first.arrived() + delayNanos - System.nanoTime();
          if (busyScorers == 0 || wait <= 0 || stopped || waitingSamples >= slices.room()) {
            fill(slices);
            busyScorers++;
            return true;
          }
          changed.awaitNanos(wait);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Removes requests from the front that nobody waits for. */
  private void drop(List<Scoring> dropped) {
    long now = System.nanoTime();
    for (Scoring first = waiting.peekFirst(); first != null; first = waiting.peekFirst()) {
      if (first.isCancelled()) {
        first.fail(new Refusal(Reason.CANCELLED, "the client cancelled the request"));
      } else if (first.isExpired(now)) {
        first.fail(new Refusal(Reason.EXPIRED, "the deadline passed before it was scored"));
      }
      if (!first.hasFailed()) {
        return;
      }
      waitingSamples -= first.waiting();
      dropped.add(waiting.removeFirst());
    }
  }

  private void fill(Slices slices) {
    Scoring first = waiting.getFirst();
    long now = System.nanoTime();
    slices.begin();
    for (Scoring next = first; next != null; next = waiting.peekFirst()) {
      if (slices.isFull() || next.version() != first.version()) {
        break;
      }
      if (next.next == 0) {
        metrics.queued(now - next.arrived());
      }
      int taken = slices.take(next);
      waitingSamples -= taken;
      if (next.waiting() > 0) {
        break;
      }
      waiting.removeFirst();
    }
    if (!waiting.isEmpty()) {
      changed.signal();
    }
  }

  /** A scorer has done its batch. */
  void free() {
    lock.lock();
    try {
      busyScorers--;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Requests that nobody scores any more, removed. */
  List<Scoring> removeAll() {
    lock.lock();
    try {
      var all = new ArrayList<>(waiting);
      waiting.clear();
      waitingSamples = 0;
      return all;
    } finally {
      lock.unlock();
    }
  }
}
