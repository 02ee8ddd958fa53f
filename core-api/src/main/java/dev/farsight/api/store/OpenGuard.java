package dev.farsight.api.store;

import java.util.concurrent.locks.StampedLock;

/**
 * Keeps a store open as long as calls are under way, and refuses calls once it is closed: memory
 * must not be touched after it was given back. Any number of calls at once; costs two atomic
 * operations a call, and allocates nothing.
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

  /** Calls hold it for reading, close for writing. */
  private final StampedLock use = new StampedLock();

  private volatile boolean closed;
  private boolean released;

  /**
   * Begins a call.
   *
   * @return what {@link #end} takes
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

  /** Ends a call. */
  public void end(long call) {
    use.unlockRead(call);
  }

  /** Waits for the calls under way, then gives back what they used; only the first time. */
  public void close(Runnable release) {
    // First of all, because the lock is not fair: calls that keep coming would hold it for ever.
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
