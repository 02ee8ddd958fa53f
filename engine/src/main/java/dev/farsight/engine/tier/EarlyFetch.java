package dev.farsight.engine.tier;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Fetches expected rows in background threads named {@code farsight-tier-N}. A bounded queue holds
 * the expected batches, each divided into one task per stripe; the threads take the tasks in order.
 * If the queue is full, a batch is dropped: it would be fetched too late.
 *
 * <p>{@link #offer} copies the ids, and allocates only if a batch is longer than all earlier ones.
 */
final class EarlyFetch implements AutoCloseable {

  /** Capacity of the queue in batches: more than a usual look-ahead. */
  private static final int BATCHES = 32;

  /** Fetches rows [from, to) of a batch, which belong to one stripe. */
  @FunctionalInterface
  interface Fetch {
    void fetch(int stripe, long[] rows, int from, int to);
  }

  /** The expected rows of a batch, sorted by stripe. */
  private static final class ExpectedRows {
    final int[] starts;
    final AtomicInteger pendingTasks = new AtomicInteger();
    long[] rows = new long[0];

    ExpectedRows(int stripes) {
      starts = new int[stripes + 1];
    }
  }

  private final int stripes;
  private final Fetch fetch;
  private final RowsByStripe byStripe;
  private final ExpectedRows[] queue;
  private final Thread[] threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition workArrived = lock.newCondition();
  private long offeredBatches;
  private long takenTasks;
  private boolean closed;
  private long droppedRows;

  EarlyFetch(Striping striping, int threads, Fetch fetch) {
    this.stripes = striping.count();
    this.fetch = fetch;
    this.byStripe = new RowsByStripe(striping);
    this.queue = new ExpectedRows[BATCHES];
    for (int b = 0; b < BATCHES; b++) {
      queue[b] = new ExpectedRows(this.stripes);
    }
    this.threads = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      this.threads[t] = new Thread(this::runTasks, "farsight-tier-" + t);
      this.threads[t].setDaemon(true);
      try {
        this.threads[t].start();
      } catch (Throwable e) {
        // Such as too many threads: those that were started must end.
        close();
        throw e;
      }
    }
  }

  /** Queues a batch, or drops it if the queue is full. Any thread may call this. */
  synchronized void offer(long[] rows, int from, int count) {
    ExpectedRows next = queue[(int) (offeredBatches % BATCHES)];
    if (next.pendingTasks.get() > 0) {
      droppedRows += count;
      return;
    }
    byStripe.sort(rows, from, count);
    if (next.rows.length < count) {
      next.rows = new long[count];
    }
    int[] positions = byStripe.positions();
    for (int i = 0; i < count; i++) {
      next.rows[i] = rows[from + positions[i]];
    }
    for (int s = 0; s <= stripes; s++) {
      next.starts[s] = byStripe.start(s);
    }
    next.pendingTasks.set(stripes);
    lock.lock();
    try {
      offeredBatches++;
      workArrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void runTasks() {
    for (long task = takeTask(); task >= 0; task = takeTask()) {
      ExpectedRows batch = queue[(int) (task / stripes % BATCHES)];
      int stripe = (int) (task % stripes);
      try {
        fetch.fetch(stripe, batch.rows, batch.starts[stripe], batch.starts[stripe + 1]);
      } finally {
        batch.pendingTasks.decrementAndGet();
      }
    }
  }

  /** Waits for the next task and takes it; returns -1 after close. */
  private long takeTask() {
    lock.lock();
    try {
      while (takenTasks == offeredBatches * stripes && !closed) {
        workArrived.awaitUninterruptibly();
      }
      return closed ? -1 : takenTasks++;
    } finally {
      lock.unlock();
    }
  }

  /** Number of rows in dropped batches. */
  synchronized long droppedRows() {
    return droppedRows;
  }

  /** Ends the threads after their current tasks. Queued tasks are not run. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      workArrived.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread != null && thread.isAlive()) {
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
