package dev.farsight.collective;

import dev.farsight.api.collective.CollectiveException;
import dev.farsight.collective.ThreadRanks.Seat;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A rank that is a thread. Once all ranks have joined an operation, each copies what it gets out of
 * the others' buffers, without a copy between; it returns once the others have done so, too. Waits
 * spin for a few microseconds, then park.
 */
final class ThreadCollective extends GroupEnd {

  private static final int SPINS = 256;
  private static final long LONGEST_PARK = 50_000_000;
  private static final long SHORT_PARK = 20_000;

  private final ThreadRanks group;
  private final Seat seat;
  private final RankOrder order;
  private final Header own = new Header();
  private final Header other = new Header();
  private long number;

  ThreadCollective(ThreadRanks group, int rank) {
    super(group.context, rank);
    this.group = group;
    this.seat = group.seats[rank];
    this.order = new RankOrder(ranks);
  }

  @Override
  void perform() {
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
      copy();
      seat.finished = number;
      group.wakeAll();
      awaitAll(true);
    } catch (RuntimeException | Error e) {
      if (group.failure() == null && !seat.closed) {
        group.fail(Failure.aborted(context, rank, e.toString()));
      }
      awaitCopies();
      throw e;
    }
  }

  private void copy() {
    seat.copying = true;
    try {
      // Read after copying was set: a rank that fails later waits for this copy.
      throwIfFailed();
      if (call.operation.reduces()) {
        reduce();
      } else {
        for (int from = 0; from < ranks; from++) {
          Call theirs = group.seats[from].call;
          int count = call.receiveCount(from);
          if (count > 0) {
            call.elements.copy(
                theirs.send, theirs.sendStart(rank), call.receive, call.receiveStart(from), count);
          }
        }
      }
    } finally {
      seat.copying = false;
    }
  }

  /** Combines this rank's piece; of an all-reduce, into the buffers of all. */
  private void reduce() {
    boolean scatter = call.operation == Operation.REDUCE_SCATTER;
    int start = scatter ? call.sendStart(rank) : pieceStart(rank);
    int count = scatter ? call.receiveCount(rank) : pieceStart(rank + 1) - start;
    for (int from = 0; from < ranks; from++) {
      Call theirs = group.seats[from].call;
      order.parts[from] = theirs.send;
      order.partStarts[from] = scatter ? theirs.sendStart(rank) : start;
    }
    if (scatter) {
      order.into(call.elements, count, call.receive, 0);
    } else {
      order.intoParts(call.elements, count);
    }
  }

  private int pieceStart(int piece) {
    return (int) ((long) call.count() * piece / ranks);
  }

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
      if (Thread.currentThread().isInterrupted()) {
        throw fail(Failure.aborted(context, rank, "its thread was interrupted"));
      }
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

  /** The caller may free its buffers once it has the failure: nobody must still use them. */
  private void awaitCopies() {
    for (Seat other : group.seats) {
      while (other.copying) {
        LockSupport.parkNanos(group, SHORT_PARK);
      }
    }
  }

  private void throwIfFailed() {
    Failure failure = group.failure();
    if (failure != null) {
      throw failure.exception();
    }
  }

  /** Ends the group; what to throw is the failure that was first. */
  private RuntimeException fail(Failure failure) {
    group.fail(failure);
    return group.failure().exception();
  }

  @Override
  public CollectiveException failure() {
    Failure failure = group.failure();
    return failure == null ? null : failure.exception();
  }

  @Override
  public void abort(String reason) {
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
