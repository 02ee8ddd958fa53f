package dev.farsight.api.concurrent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed team of threads for parallel loops inside a batch. {@link #run} hands out the indices 0
 * to tasks-1, each to exactly one member of the team, and returns when all are done. The caller is
 * a member, so a team of one starts no thread and runs the loop in place.
 *
 * <p>Index i belongs to member i modulo threads, so that the data of an index mostly stays in the
 * memory next to one core. A member whose own indices are all handed out steals indices from
 * others. If the result of a loop must not depend on the number of threads, the loop gives every
 * index its own output and combines the outputs in index order.
 *
 * <p>A run allocates nothing. It waits for indices, not for members, so a member that the operating
 * system does not schedule delays nobody. Idle members spin for a while, then park. Calls from
 * several threads queue up. A call from inside a task deadlocks.
 */
public final class Workers implements AutoCloseable {

  /**
   * A short spin time, for work that nobody waits for at once: idle members soon park and leave
   * their cores to others. In nanoseconds.
   */
  public static final long SHORT_SPIN_NANOS = 20_000;

  /** Largest number of indices of a run. */
  private static final int MAX_TASKS = (1 << 24) - 1;

  private static final int MANY_CORES = 8;
  private static final int STRIDE = 8;
  private static final int RUN_MASK = 0xFFFF;

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
  private final long spinNanos;

  /**
   * Each member's share of the current run, in one word, so that a member can only take an index of
   * the run that it has seen: 16 bits for the number of the run, 24 bits for how many indices the
   * member owns, 24 bits for how many of them are handed out. The array uses one word in {@value
   * #STRIDE}, so each share has its own cache line.
   */
  private final AtomicLongArray shares;

  /** Number of the run whose shares may be taken. Set only after all shares of the run are set. */
  private volatile int openRun;

  /** How many indices of that run are finished or left out. */
  private final AtomicInteger done = new AtomicInteger();

  // State of the current run.
  private Task task;
  private int tasks;
  private volatile Thread caller;
  private volatile Throwable failure;
  private volatile boolean closed;

  /**
   * @param role names the threads: farsight-ROLE-1 and so on
   * @param threads size of the team, the caller included
   */
  public Workers(String role, int threads) {
    this(role, threads, defaultSpinNanos());
  }

  /**
   * @param spinNanos how long an idle member spins before it parks, in nanoseconds. Waking a parked
   *     member takes 10 to 50 us on a virtual machine; but if there are more threads than cores, a
   *     spinning member takes a core from a working member
   */
  public Workers(String role, int threads, long spinNanos) {
    if (threads < 1) {
      throw new IllegalArgumentException("a team of " + threads + " threads; at least 1 is needed");
    }
    this.spinNanos = spinNanos;
    shares = new AtomicLongArray(threads * STRIDE);
    members = new Thread[threads - 1];
    for (int m = 0; m < members.length; m++) {
      int worker = m + 1;
      members[m] = new Thread(() -> work(worker), "farsight-" + role + "-" + worker);
      members[m].setDaemon(true);
      try {
        members[m].start();
      } catch (Throwable e) {
        // Such as too many threads: those that were started must end.
        close();
        throw e;
      }
    }
  }

  private static long defaultSpinNanos() {
    return Runtime.getRuntime().availableProcessors() >= MANY_CORES ? 1_000_000 : 100_000;
  }

  /** Size of the team, the caller included. */
  public int threads() {
    return members.length + 1;
  }

  /**
   * Runs {@code task} for every index in [0, tasks), at most 2^24-1 indices. After a failure,
   * indices not handed out yet are left out; the first failure is thrown once no index is under
   * way.
   */
  public synchronized void run(int tasks, Task task) {
    if (members.length == 0 || tasks <= 1) {
      for (int i = 0; i < tasks; i++) {
        task.run(i, 0);
      }
      return;
    }
    if (tasks > MAX_TASKS) {
      throw new IllegalArgumentException(tasks + " tasks; at most " + MAX_TASKS + " are possible");
    }
    if (closed) {
      throw new IllegalStateException("the team of workers is closed");
    }
    this.task = task;
    this.tasks = tasks;
    failure = null;
    caller = Thread.currentThread();
    done.set(0);
    int run = (openRun + 1) & RUN_MASK;
    for (int owner = 0; owner <= members.length; owner++) {
      int ownTasks = (tasks - owner + members.length) / (members.length + 1);
      shares.set(owner * STRIDE, (long) run << 48 | (long) ownTasks << 24);
    }
    openRun = run;
    for (int m = 0; m < Math.min(members.length, tasks - 1); m++) {
      LockSupport.unpark(members[m]);
    }
    while (claim(0)) {
      // Runs indices until all are handed out.
    }
    await(tasks);
    Throwable firstFailure = failure;
    if (firstFailure instanceof RuntimeException e) {
      throw e;
    }
    if (firstFailure instanceof Error e) {
      throw e;
    }
  }

  private void await(int tasks) {
    for (long spinEnd = 0; done.get() < tasks; ) {
      spinEnd = spinOrPark(spinEnd);
    }
  }

  /**
   * Idle strategy: spins first, then parks.
   *
   * @param spinEnd 0 in the first call, then the result of the previous call
   * @return when spinning ends, by {@link System#nanoTime}
   */
  private long spinOrPark(long spinEnd) {
    long now = System.nanoTime();
    long end = spinEnd == 0 ? now + spinNanos : spinEnd;
    if (now - end < 0) {
      Thread.onSpinWait();
    } else {
      LockSupport.park(this);
    }
    return end;
  }

  /** How many indices a share has. */
  private static int size(long share) {
    return (int) (share >>> 24) & MAX_TASKS;
  }

  /** How many indices of a share are handed out, which is the position of the next one. */
  private static int next(long share) {
    return (int) share & MAX_TASKS;
  }

  /** Whether a share of the open run has an index to take. */
  private boolean hasNext(long share) {
    return next(share) < size(share) && share >>> 48 == openRun;
  }

  /** Whether no share has an index to take and the team is not closed. */
  private boolean nothingToTake() {
    for (int owner = 0; owner <= members.length; owner++) {
      if (hasNext(shares.get(owner * STRIDE))) {
        return false;
      }
    }
    return !closed;
  }

  /**
   * Takes an index and runs it, one of the member's own first; false if all indices are handed out.
   */
  private boolean claim(int worker) {
    int threads = members.length + 1;
    for (int i = 0; i < threads; i++) {
      if (claim((worker + i) % threads, worker)) {
        return true;
      }
    }
    return false;
  }

  /** Takes one of {@code owner}'s indices and runs it; false if all of them are handed out. */
  private boolean claim(int owner, int worker) {
    long share = shares.get(owner * STRIDE);
    if (!hasNext(share)) {
      return false;
    }
    if (!shares.compareAndSet(owner * STRIDE, share, share + 1)) {
      return true;
    }
    // The run cannot end before this index is counted as done, so task and tasks belong to this
    // run.
    int finished = 1;
    try {
      task.run(next(share) * (members.length + 1) + owner, worker);
    } catch (Throwable t) {
      finished += fail(t);
    }
    int allTasks = tasks;
    if (done.addAndGet(finished) == allTasks && worker != 0) {
      LockSupport.unpark(caller);
    }
    return true;
  }

  /**
   * Records a failure and leaves out all indices not handed out yet; returns how many those are.
   */
  private int fail(Throwable t) {
    synchronized (done) {
      if (failure == null) {
        failure = t;
      }
    }
    int leftOut = 0;
    for (int owner = 0; owner <= members.length; owner++) {
      long before = shares.getAndUpdate(owner * STRIDE, share -> share - next(share) + size(share));
      leftOut += size(before) - next(before);
    }
    return leftOut;
  }

  private void work(int worker) {
    while (!closed) {
      for (long spinEnd = 0; nothingToTake(); ) {
        spinEnd = spinOrPark(spinEnd);
      }
      claim(worker);
    }
  }

  /** Ends the threads. Must not be called while a run is under way. */
  @Override
  public synchronized void close() {
    closed = true;
    for (Thread member : members) {
      LockSupport.unpark(member);
    }
  }
}
