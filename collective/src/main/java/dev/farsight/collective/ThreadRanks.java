package dev.farsight.collective;

import dev.farsight.api.collective.CollectiveContext;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** What the ranks of a group of threads see of each other. */
final class ThreadRanks {

  final CollectiveContext context;
  final Seat[] seats;
  private final AtomicReference<Failure> failure = new AtomicReference<>();

  ThreadRanks(CollectiveContext context) {
    this.context = context;
    seats = new Seat[context.ranks()];
    for (int rank = 0; rank < seats.length; rank++) {
      seats[rank] = new Seat();
    }
  }

  /** Why the group ended; null if it has not. */
  Failure failure() {
    return failure.get();
  }

  /** Ends the group, unless it has ended. */
  void fail(Failure why) {
    failure.compareAndSet(null, why);
    wakeAll();
  }

  void wakeAll() {
    for (Seat seat : seats) {
      Thread waiting = seat.waiting;
      if (waiting != null) {
        LockSupport.unpark(waiting);
      }
    }
  }

  /** One rank. Written by that rank alone. */
  static final class Seat {

    /** Describes the operation that the rank is in. */
    volatile Call call;

    /** Number of the operation that the rank joined last. */
    volatile long joined;

    /** Number of the operation whose copies the rank finished last. */
    volatile long finished;

    /** Whether the rank reads or writes buffers of others just now. */
    volatile boolean copying;

    volatile boolean closed;

    /** The rank's thread, while it may be parked. */
    volatile Thread waiting;
  }
}
