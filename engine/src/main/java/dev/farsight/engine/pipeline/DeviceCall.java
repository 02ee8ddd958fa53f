package dev.farsight.engine.pipeline;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A kind of call that one thread makes into a device, over and over:
 *
 * <pre>
 * call.begin();
 * ticket.await();
 * call.end();
 * </pre>
 *
 * <p>A call may be given up while it runs. If it returns nevertheless, {@link #end} ends the
 * thread's part in the phase.
 */
final class DeviceCall {

  private static final long GIVEN_UP = -1;

  private final DeviceWatch watch;
  private final String what;

  /** Odd while a call runs. */
  private final AtomicLong state = new AtomicLong();

  // Of the thread that looks at calls.
  private long seen;
  private long seenNanos;

  DeviceCall(DeviceWatch watch, String what) {
    this.watch = watch;
    this.what = what;
  }

  DeviceWatch watch() {
    return watch;
  }

  void begin() {
    advance();
  }

  void end() {
    advance();
  }

  private void advance() {
    long before = state.get();
    if (before == GIVEN_UP || !state.compareAndSet(before, before + 1)) {
      throw new PhaseEnded();
    }
  }

  /** A phase begins: no call is running. One that failed in the last phase did not end. */
  void reset() {
    long before = state.get();
    if (before != GIVEN_UP) {
      state.set(before + (before & 1));
    }
  }

  /**
   * Some time has passed.
   *
   * @param failed whether the phase has failed: then the first call has no more time than others
   * @return whether the call that runs has taken too long, or its device is lost anyway
   */
  boolean isOverdue(long nanos, boolean failed) {
    long now = state.get();
    if (now != seen || (now & 1) == 0) {
      seen = now;
      seenNanos = 0;
      return false;
    }
    seenNanos += nanos;
    return watch.lost() || seenNanos > watch.limitNanos(now == 1, failed);
  }

  /**
   * Gives up the call that {@link #isOverdue} has found. Returns why; null if it has returned
   * meanwhile.
   */
  RankException giveUp() {
    return state.compareAndSet(seen, GIVEN_UP) ? watch.lose(what) : null;
  }
}
