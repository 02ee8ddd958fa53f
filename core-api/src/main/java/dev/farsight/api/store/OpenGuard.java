package dev.farsight.api.store;

import java.util.concurrent.locks.StampedLock;

/**
 * Keeps a store open while calls are under way, and refuses calls once the store is closed, so that
 * no call touches memory that was freed. Any number of calls may run at once. A call costs two
 * atomic operations and allocates nothing.
 *
 * <pre>{@code
 * long call = guard.begin();
 * try {
 *   ...
 * } finally {
 *   guard.end(call);
 * }
 * }</pre>
 */
public final class OpenGuard {

  /** Calls hold this lock for reading; close holds it for writing. */
  private final StampedLock use = new StampedLock();

  private volatile boolean closed;
  private boolean released;

  /**
   * Begins a call.
   *
   * @return the argument for {@link #end}
   * @throws IllegalStateException if the store is closed
   */
  public long begin() {
    long call = use.readLock();
    if (closed) {
      use.unlockRead(call);
      throw new IllegalStateException("the row store is closed");
    }
    return call;
  }

  /**
   * Ends a call.
   *
   * @param call the result of {@link #begin}
   * @throws IllegalStateException if it is none, or that call ended already; not always noticed
   *     while other calls are under way
   */
  public void end(long call) {
    try {
      use.unlockRead(call);
    } catch (IllegalMonitorStateException e) {
      throw new IllegalStateException(
          "OpenGuard.end(" + call + "): no such call is under way; pass what begin returned, once",
          e);
    }
  }

  /**
   * Waits for the calls under way, then runs {@code release}, which frees what the calls used. Only
   * the first close runs it.
   */
  public void close(Runnable release) {
    // Set before the lock is taken: the lock is not fair, so a stream of new calls could hold it
    // forever.
    closed = true;
    long stamp = use.writeLock();
    try {
      if (!released) {
        released = true;
        release.run();
      }
    } finally {
      use.unlockWrite(stamp);
    }
  }
}
