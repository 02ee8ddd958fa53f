package dev.farsight.api.concurrent;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed team of threads for parallel loops inside a batch. {@link #run} hands out the indices 0
 * to tasks-1, each to exactly one member of the team, and returns when all are done; the caller is
 * a member, so a team of one starts no thread and runs the loop in place.
 *
 * <p>Index i is member i modulo threads' own, so that what belongs to an index mostly stays in the
 * memory next to one core; but who has run out of its own takes from others. So a loop whose result
 * must not depend on the number of threads gives every index its own output and combines outputs in
 * index order.
 *
 * <p>A run allocates nothing, and waits for indices rather than members: one that the system does
 * not let run holds nobody up. Idle members spin for a while, then park. Calls from several threads
 * queue up. A call from inside a task deadlocks.
 */
public final class Workers implements AutoCloseable {

  /**
   * Patience for work that others do not wait for at once: parked soon, it leaves them its core.
   */
  public static final long LITTLE_PATIENCE = 20_000;

  /** Most indices of a run. */
  private static final int MOST_TASKS = (1 << 24) - 1;

  private static final int MANY_CORES = 8;
  private static final int STRIDE = 8;
  private static final int RUNS = 0xFFFF;

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
  private final long patience;

  /**
   * Each member's own part of the run under way, in one word, so that an index belongs to the run
   * that was looked at: 16 bits that tell runs apart, 24 bits of how many indices are its own, 24
   * of how many of them are handed out. A word in {@value #STRIDE}, a cache line each.
   */
  private final AtomicLongArray parts;

  /** The run whose parts may be taken: a part begins before they all have. */
  private volatile int open;

  /** How many indices of that run are done with. */
  private final AtomicInteger done = new AtomicInteger();

  // Of the run under way.
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
    this(role, threads, defaultPatience());
  }

  /**
   * @param patience nanoseconds that who has nothing to do spins before it parks. Waking it takes a
   *     virtual machine 10 to 50 us; but where threads are more than cores, who spins is in the way
   *     of who works
   */
  public Workers(String role, int threads, long patience) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    this.patience = patience;
    parts = new AtomicLongArray(threads * STRIDE);
    members = new Thread[threads - 1];
    for (int m = 0; m < members.length; m++) {
      int worker = m + 1;
      members[m] = new Thread(() -> work(worker), "farsight-" + role + "-" + worker);
      members[m].setDaemon(true);
      members[m].start();
    }
  }

  private static long defaultPatience() {
    return Runtime.getRuntime().availableProcessors() >= MANY_CORES ? 1_000_000 : 100_000;
  }

  /** Size of the team, the caller included. */
  public int threads() {
    return members.length + 1;
  }

  /**
   * Runs {@code task} for every index in [0, tasks); the first failure is thrown once none is under
   * way, and those not begun by then are left out.
   */
  public synchronized void run(int tasks, Task task) {
    if (members.length == 0 || tasks <= 1) {
      for (int i = 0; i < tasks; i++) {
        task.run(i, 0);
      }
      return;
    }
    if (tasks > MOST_TASKS) {
      throw new IllegalArgumentException(tasks + " tasks");
    }
    if (closed) {
      throw new IllegalStateException("closed");
    }
    this.task = task;
    this.tasks = tasks;
    failure = null;
    caller = Thread.currentThread();
    done.set(0);
    int run = (open + 1) & RUNS;
    for (int owner = 0; owner <= members.length; owner++) {
      int own = (tasks - owner + members.length) / (members.length + 1);
      parts.set(owner * STRIDE, (long) run << 48 | (long) own << 24);
    }
    open = run;
    for (int m = 0; m < Math.min(members.length, tasks - 1); m++) {
      LockSupport.unpark(members[m]);
    }
    while (claim(0)) {
      // Until all are handed out.
    }
    await(tasks);
    Throwable first = failure;
    if (first instanceof RuntimeException e) {
      throw e;
    }
    if (first instanceof Error e) {
      throw e;
    }
  }

  private void await(int tasks) {
    for (long spinUntil = 0; done.get() < tasks; ) {
      spinUntil = rest(spinUntil);
    }
  }

  /**
   * A moment's rest for who has nothing to do: spins at first, parks later.
   *
   * @param spinUntil 0 at first, then what the last call answered
   */
  private long rest(long spinUntil) {
    long now = System.nanoTime();
    long until = spinUntil == 0 ? now + patience : spinUntil;
    if (now - until < 0) {
      Thread.onSpinWait();
    } else {
      LockSupport.park(this);
    }
    return until;
  }

  private static int own(long part) {
    return (int) (part >>> 24) & MOST_TASKS;
  }

  private static int next(long part) {
    return (int) part & MOST_TASKS;
  }

  /** Whether there is an index to take. */
  private boolean any(long part) {
    return next(part) < own(part) && part >>> 48 == open;
  }

  private boolean idle() {
    for (int owner = 0; owner <= members.length; owner++) {
      if (any(parts.get(owner * STRIDE))) {
        return false;
      }
    }
    return !closed;
  }

  /** Takes an index, an own one if there is any, and runs it; false if all are handed out. */
  private boolean claim(int worker) {
    int threads = members.length + 1;
    for (int i = 0; i < threads; i++) {
      if (claim((worker + i) % threads, worker)) {
        return true;
      }
    }
    return false;
  }

  /** Takes one of {@code owner}'s indices and runs it; false if they are all handed out. */
  private boolean claim(int owner, int worker) {
    long part = parts.get(owner * STRIDE);
    if (!any(part)) {
      return false;
    }
    if (!parts.compareAndSet(owner * STRIDE, part, part + 1)) {
      return true;
    }
    // From here to the count the run cannot end, so task and tasks are this run's.
    int over = 1;
    try {
      task.run(next(part) * (members.length + 1) + owner, worker);
    } catch (Throwable t) {
      over += fail(t);
    }
    int all = tasks;
    if (done.addAndGet(over) == all && worker != 0) {
      LockSupport.unpark(caller);
    }
    return true;
  }

  /** Leaves out what is not handed out yet; how many indices that are. */
  private int fail(Throwable t) {
    synchronized (done) {
      if (failure == null) {
        failure = t;
      }
    }
    int left = 0;
    for (int owner = 0; owner <= members.length; owner++) {
      long before = parts.getAndUpdate(owner * STRIDE, part -> part - next(part) + own(part));
      left += own(before) - next(before);
    }
    return left;
  }

  private void work(int worker) {
    while (!closed) {
      for (long spinUntil = 0; idle(); ) {
        spinUntil = rest(spinUntil);
      }
      claim(worker);
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
