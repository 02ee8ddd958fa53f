package dev.farsight.collective;

import dev.farsight.api.collective.CollectiveException;
import dev.farsight.collective.ThreadRanks.Seat;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A rank that is a thread: meets the others before each operation and after it. Waits spin for a
 * few microseconds, then park.
 */
abstract class ThreadEnd extends GroupEnd {

  private static final int SPINS = 256;
  private static final long LONGEST_PARK = 50_000_000;

  final ThreadRanks group;
  final Seat seat;
  private final Header own = new Header();
  private final Header other = new Header();
  private long number;

  ThreadEnd(ThreadRanks group, int rank) {
    super(group.context, rank);
    this.group = group;
    this.seat = group.seats[rank];
  }

  @Override
  final void perform() {
    try {
      if (seat.closed) {
        throw Failure.of(context, rank, "was closed here").exception();
      }
      number++;
      call.describe(number, rank, own);
      seat.call = call;
      seat.joined = number;
      group.wakeAll();
      awaitAll(false);
      checkCalls();
      carry();
      seat.finished = number;
      group.wakeAll();
      awaitAll(true);
    } catch (RuntimeException | Error e) {
      if (group.failure() == null && !seat.closed) {
        group.fail(Failure.aborted(context, rank, e.toString()));
      }
      awaitIdle();
      throw e;
    }
  }

  /** Carries {@link #call} out; all ranks have joined it, and call the same. */
  abstract void carry();

  /**
   * After a failure: returns once no thread touches the buffers of the call any more. The caller
   * may free them then.
   */
  abstract void awaitIdle();

  private void checkCalls() {
    for (int from = 0; from < ranks; from++) {
      group.seats[from].call.describe(number, rank, other);
      if (!own.sameCall(other)) {
        throw fail(Failure.different(context, rank, own, from, other));
      }
      if (other.piece != call.receiveCount(from)) {
        throw fail(Failure.counts(context, rank, call.receiveCount(from), from, other));
      }
    }
  }

  private void awaitAll(boolean finish) {
    for (int other = 0; other < ranks; other++) {
      await(other, finish);
    }
  }

  private void await(int other, boolean finish) {
    Seat awaited = group.seats[other];
    long waited = 0;
    for (int spins = 0; !reached(awaited, finish); spins++) {
      throwIfFailed();
      if (spins < SPINS) {
        Thread.onSpinWait();
        continue;
      }
      if (awaited.closed && !reached(awaited, finish)) {
        throw fail(Failure.left(context, other, own));
      }
      waited += park(awaited, finish);
      Duration patience = patience();
      if (waited > patience.toNanos()) {
        throw fail(Failure.late(context, other, own, patience));
      }
      throwIfInterrupted();
    }
    throwIfFailed();
  }

  /** The time parked. If the process was stopped meanwhile, that does not count. */
  private long park(Seat awaited, boolean finish) {
    long start = System.nanoTime();
    seat.waiting = Thread.currentThread();
    if (!reached(awaited, finish) && !awaited.closed && group.failure() == null) {
      LockSupport.parkNanos(group, LONGEST_PARK);
    }
    seat.waiting = null;
    return Math.min(System.nanoTime() - start, 2 * LONGEST_PARK);
  }

  private boolean reached(Seat awaited, boolean finish) {
    return (finish ? awaited.finished : awaited.joined) >= number;
  }

  /**
   * Throws if the operation in progress must end: the group has failed, this end was closed, its
   * thread was interrupted, or it has waited for too long.
   *
   * @param waited nanoseconds since something happened
   */
  final void requireGoing(long waited) {
    throwIfFailed();
    if (seat.closed) {
      throw fail(Failure.of(context, rank, "was closed here"));
    }
    if (waited > context.timeout().toNanos()) {
      throw fail(Failure.stuck(context, rank, own, context.timeout()));
    }
    throwIfInterrupted();
  }

  private void throwIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw fail(Failure.aborted(context, rank, "its thread was interrupted"));
    }
  }

  final void throwIfFailed() {
    Failure failure = group.failure();
    if (failure != null) {
      throw failure.exception();
    }
  }

  /** Ends the group; what to throw is the failure that was first. */
  final RuntimeException fail(Failure failure) {
    group.fail(failure);
    return group.failure().exception();
  }

  @Override
  public final CollectiveException failure() {
    Failure failure = group.failure();
    return failure == null ? null : failure.exception();
  }

  @Override
  public final void abort(String reason) {
    if (!seat.closed) {
      group.fail(Failure.aborted(context, rank, reason));
    }
  }

  @Override
  public void close() {
    seat.closed = true;
    group.wakeAll();
  }
}
