package dev.farsight.collective;

import java.util.concurrent.locks.LockSupport;

/**
 * A rank of the collective {@code threads}. Copies what it gets straight out of the others'
 * buffers.
 */
final class ThreadCollective extends ThreadEnd {

  private static final long SHORT_PARK = 20_000;

  private final RankOrder order;

  ThreadCollective(ThreadRanks group, int rank) {
    super(group, rank);
    this.order = new RankOrder(ranks);
  }

  @Override
  void carry() {
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

  @Override
  void awaitIdle() {
    for (ThreadRanks.Seat other : group.seats) {
      while (other.copying) {
        LockSupport.parkNanos(group, SHORT_PARK);
      }
    }
  }
}
