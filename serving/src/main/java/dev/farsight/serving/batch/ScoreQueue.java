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
 * <p>Any thread. O(1) a request; O(requests of the batch) for a scorer; O(requests that wait) where
 * one of them is cancelled or expires.
 */
final class ScoreQueue {

  private final int mostSamples;
  private final long delayNanos;
  private final ServingMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Scoring> waiting = new ArrayDeque<>();

  /** Requests that waited too long, and that are to be told by a scorer. */
  private final List<Scoring> expired = new ArrayList<>();

  /** None of those that wait expires before. */
  private long firstDeadline;

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
        dropExpired();
      }
      if (waitingSamples + count > mostSamples) {
        throw new Refusal(
            Reason.BUSY,
            waitingSamples + " samples wait already, of " + mostSamples + "; try again later");
      }
      waitingSamples += count;
      if (waiting.isEmpty() || scoring.deadline() - firstDeadline < 0) {
        firstDeadline = scoring.deadline();
      }
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
   * @param dropped receives requests that have expired, and were removed: the scorer tells them
   * @return false if there is none, because the queue has stopped
   */
  boolean take(Slices slices, List<Scoring> dropped) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        dropExpired();
        if (!expired.isEmpty()) {
          dropped.addAll(expired);
          expired.clear();
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

  /** Removes requests that wait too long, wherever they are in the queue. */
  private void dropExpired() {
    long now = System.nanoTime();
    if (waiting.isEmpty() || now - firstDeadline < 0) {
      return;
    }
    waiting.removeIf(scoring -> dropIfExpired(scoring, now));
    firstDeadline = now + waiting.stream().mapToLong(s -> s.deadline() - now).min().orElse(0);
  }

  private boolean dropIfExpired(Scoring scoring, long now) {
    if (!scoring.isExpired(now)) {
      return false;
    }
    scoring.fail(Refusal.expired());
    waitingSamples -= scoring.waiting();
    expired.add(scoring);
    return true;
  }

  /**
   * Removes a request that its client cancelled.
   *
   * @return whether samples of it waited; they never will be scored
   */
  boolean remove(Scoring scoring) {
    lock.lock();
    try {
      boolean waited = waiting.remove(scoring);
      if (waited) {
        waitingSamples -= scoring.waiting();
      }
      scoring.fail(scoring.isExpired(System.nanoTime()) ? Refusal.expired() : Refusal.cancelled());
      return waited;
    } finally {
      lock.unlock();
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
      all.addAll(expired);
      waiting.clear();
      expired.clear();
      waitingSamples = 0;
      return all;
    } finally {
      lock.unlock();
    }
  }
}
