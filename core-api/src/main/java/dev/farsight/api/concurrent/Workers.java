package dev.farsight.api.concurrent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed team of threads for parallel loops inside a batch. {@link #run} hands out the indices 0
 * to tasks-1, each to exactly one member of the team, and returns when all are done; the caller is
 * a member, so a team of one starts no thread and runs the loop in place.
 *
 * <p>Which member gets which index is not fixed: a loop whose result must not depend on the number
 * of threads gives every index its own output and combines outputs in index order.
 *
 * <p>A run allocates nothing. Idle members spin for a while, then park; waking them costs about 50
 * us. Calls from several threads queue up. A call from inside a task deadlocks.
 */
public final class Workers implements AutoCloseable {

  /**
   * Waking a parked thread costs a virtual machine 50 to 100 us, several times a batch. Where cores
   * are many, members spin through the pauses inside a batch, a millisecond or so.
   */
  private static final int SPINS = Runtime.getRuntime().availableProcessors() >= 8 ? 30_000 : 2_000;

  /** The body of a loop. */
  @FunctionalInterface
  public interface Task {
    /**
     * @param index which iteration, 0 to tasks-1
     * @param worker which member runs it, 0 to threads-1: an index into per-member scratch
     */
    void run(int index, int worker);
  }

  private final Thread[] members;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger working = new AtomicInteger();
  private volatile int generation;
  private volatile boolean closed;
  private volatile Throwable failure;
  private volatile Thread caller;
  private Task task;
  private int tasks;

  /**
   * @param role names the threads: farsight-ROLE-1 and so on
   * @param threads size of the team, the caller included
   */
  public Workers(String role, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    members = new Thread[threads - 1];
    for (int m = 0; m < members.length; m++) {
      int worker = m + 1;
      members[m] = new Thread(() -> work(worker), "farsight-" + role + "-" + worker);
      members[m].setDaemon(true);
      members[m].start();
    }
  }

  /** Size of the team, the caller included. */
  public int threads() {
    return members.length + 1;
  }

  /**
   * Runs {@code task} for every index in [0, tasks); the first failure is thrown once all have
   * stopped.
   */
  public synchronized void run(int tasks, Task task) {
    if (members.length == 0 || tasks <= 1) {
      for (int i = 0; i < tasks; i++) {
        task.run(i, 0);
      }
      return;
    }
    if (closed) {
      throw new IllegalStateException("closed");
    }
    this.task = task;
    this.tasks = tasks;
    failure = null;
    caller = Thread.currentThread();
    next.set(0);
    working.set(members.length);
    generation++;
    for (Thread member : members) {
      LockSupport.unpark(member);
    }
    claim(0);
    for (int spins = 0; working.get() > 0; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
    this.task = null;
    Throwable first = failure;
    if (first instanceof RuntimeException e) {
      throw e;
    }
    if (first instanceof Error e) {
      throw e;
    }
  }

  private void claim(int worker) {
    Task body = task;
    int end = tasks;
    try {
      for (int i = next.getAndIncrement(); i < end; i = next.getAndIncrement()) {
        body.run(i, worker);
      }
    } catch (Throwable t) {
      next.set(end);
      synchronized (next) {
        if (failure == null) {
          failure = t;
        }
      }
    }
  }

  private void work(int worker) {
    int seen = 0;
    while (true) {
      for (int spins = 0; generation == seen && !closed; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      seen = generation;
      claim(worker);
      if (working.decrementAndGet() == 0) {
        LockSupport.unpark(caller);
      }
    }
  }

  /** Ends the threads. Not while a run is under way. */
  @Override
  public synchronized void close() {
    closed = true;
    for (Thread member : members) {
      LockSupport.unpark(member);
    }
  }
}
