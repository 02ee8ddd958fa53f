package dev.farsight.serving.request;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all bodies that are being read or wait for their answers, over all
 * connections. Many clients that send slowly, or that send much at once, so cannot fill the heap.
 * Any thread; O(1).
 */
public final class BodyBudget {

  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param most most bytes of all bodies together
   */
  public BodyBudget(long most) {
    this.most = most;
  }

  /** Bytes that are taken now. */
  public long taken() {
    return taken.get();
  }

  /** The share of a request, of no bytes yet. */
  public Share share() {
    return new Share();
  }

  /** What one request takes until it is answered. Any thread. */
  public final class Share implements AutoCloseable {

    private long bytes;
    private boolean closed;

    private Share() {}

    /**
     * Takes more bytes.
     *
     * @throws Refusal if that would be more than all requests may take; nothing is taken then
     */
    public synchronized void add(long more) {
      if (closed) {
        return; // the request is answered, and what still arrives is not kept
      }
      long before = taken.getAndAdd(more);
      if (before + more > most) {
        taken.addAndGet(-more);
        throw new Refusal(
            Reason.BUSY,
            String.format(
                Locale.ROOT,
                "%d bytes of requests are being read or wait already, of %d; try again later",
                before,
                most));
      }
      bytes += more;
    }

    /** Gives all back. */
    @Override
    public synchronized void close() {
      closed = true;
      taken.addAndGet(-bytes);
      bytes = 0;
    }
  }
}
