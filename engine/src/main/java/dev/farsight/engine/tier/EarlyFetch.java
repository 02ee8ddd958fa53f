package dev.farsight.engine.tier;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Fetches expected rows beside everything else: a bounded queue of batches, each cut into one task
 * a stripe, and threads named {@code farsight-tier-N} that take tasks in order. While the queue is
 * full, further batches are dropped: they would come too late.
 *
 * <p>Offering costs a copy of the ids and allocates nothing once the longest batch was seen.
 */
final class EarlyFetch implements AutoCloseable {

  /** Batches in the queue: more than a usual look-ahead. */
  private static final int BATCHES = 32;

  /** Fetches some rows of one stripe. */
  @FunctionalInterface
  interface Fetch {
    void fetch(int stripe, long[] rows, int from, int to);
  }

  /** A batch's rows, sorted by stripe. */
  private static final class Expected {
    final int[] starts;
    final AtomicInteger tasksLeft = new AtomicInteger();
    long[] rows = new long[0];

    Expected(int stripes) {
      starts = new int[stripes + 1];
    }
  }

  private final int stripes;
  private final Fetch fetch;
  private final Grouping grouping;
  private final Expected[] ring;
  private final Thread[] threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private long offered;
  private long taken;
  private boolean closed;
  private long dropped;

  EarlyFetch(Striping striping, int threads, Fetch fetch) {
    this.stripes = striping.count();
    this.fetch = fetch;
    this.grouping = new Grouping(striping);
    this.ring = new Expected[BATCHES];
    for (int b = 0; b < BATCHES; b++) {
      ring[b] = new Expected(this.stripes);
    }
    this.threads = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      this.threads[t] = new Thread(this::work, "farsight-tier-" + t);
      this.threads[t].setDaemon(true);
      this.threads[t].start();
    }
  }

  /** Queues a batch, or drops it; any thread. */
  synchronized void offer(long[] rows, int from, int count) {
    Expected next = ring[(int) (offered % BATCHES)];
    if (next.tasksLeft.get() > 0) {
      dropped += count;
      return;
    }
    grouping.sort(rows, from, count);
    if (next.rows.length < count) {
      next.rows = new long[count];
    }
    int[] positions = grouping.positions();
    for (int i = 0; i < count; i++) {
      next.rows[i] = rows[from + positions[i]];
    }
    for (int s = 0; s <= stripes; s++) {
      next.starts[s] = grouping.start(s);
    }
    next.tasksLeft.set(stripes);
    lock.lock();
    try {
      offered++;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (long task = take(); task >= 0; task = take()) {
      Expected batch = ring[(int) (task / stripes % BATCHES)];
      int stripe = (int) (task % stripes);
      try {
        fetch.fetch(stripe, batch.rows, batch.starts[stripe], batch.starts[stripe + 1]);
      } finally {
        batch.tasksLeft.decrementAndGet();
      }
    }
  }

  /** The next task, or -1 at the end. */
  private long take() {
    lock.lock();
    try {
      while (taken == offered * stripes && !closed) {
        work.awaitUninterruptibly();
      }
      return closed ? -1 : taken++;
    } finally {
      lock.unlock();
    }
  }

  /** Rows whose batch found the queue full. */
  synchronized long dropped() {
    return dropped;
  }

  /** Ends the threads after the tasks under way; what is queued is left. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
