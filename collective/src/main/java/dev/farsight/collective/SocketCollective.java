package dev.farsight.collective;

import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveException;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A rank that is connected to the others. The caller's thread writes to one rank after the other. A
 * thread for each other rank reads what comes, straight into the buffers of the call, so writes go
 * on whatever the sizes are. Sums take memory for the parts of all other ranks. One more thread
 * watches the group.
 */
final class SocketCollective extends GroupEnd {

  private static final int SPINS = 256;
  private static final long LONGEST_PARK = 100_000_000;
  private static final long SHORT_PARK = 20_000;

  /** Up to so many bytes, an all-reduce is one exchange of everything rather than two of pieces. */
  private static final int SMALL_BYTES = 64 << 10;

  private final Links links;
  private final PeerReader[] readers;
  private final Watch watch;
  private final Staging staging = new Staging();
  private final RankOrder order;
  private final Call pieces;
  private final int[] pieceStarts;
  private final Buffer[][] scratch;
  private final Header own = new Header();
  private final Header sent = new Header();
  private final AtomicLong progress = new AtomicLong();
  private long number;
  private Call current;
  private volatile long posted;
  private volatile boolean busy;
  private volatile Thread waiting;

  SocketCollective(CollectiveContext context, int rank, Links links) throws IOException {
    super(context, rank);
    this.links = links;
    order = new RankOrder(ranks);
    pieces = new Call(rank, ranks);
    pieceStarts = new int[ranks + 1];
    scratch = new Buffer[Elements.values().length][ranks];
    readers = new PeerReader[ranks];
    watch = new Watch(this, links);
    for (int peer = 0; peer < ranks; peer++) {
      if (peer != rank) {
        readers[peer] = new PeerReader(this, watch, peer, links.data(peer));
      }
    }
    watch.start();
    for (PeerReader reader : readers) {
      if (reader != null) {
        reader.start();
      }
    }
  }

  @Override
  void perform() {
    boolean inPieces =
        call.operation == Operation.ALL_REDUCE
            && call.elements == Elements.FLOATS
            && (long) call.count() * Float.BYTES * ranks > SMALL_BYTES;
    if (!inPieces) {
      exchange(call);
      return;
    }
    for (int piece = 0; piece <= ranks; piece++) {
      pieceStarts[piece] = (int) ((long) call.count() * piece / ranks);
    }
    pieces.reducePieces(call.send, pieceStarts);
    exchange(pieces);
    pieces.gatherPieces(call.send, pieceStarts);
    exchange(pieces);
  }

  private void exchange(Call what) {
    try {
      throwIfFailed();
      number++;
      what.describe(number, rank, own);
      current = what;
      if (what.operation.reduces()) {
        makeRoom(what);
      }
      busy = true;
      posted = number;
      wakeReaders();
      for (int distance = 1; distance < ranks; distance++) {
        send(what, (rank + distance) % ranks);
      }
      if (!what.operation.reduces() && what.receiveCount(rank) > 0) {
        what.elements.copy(
            what.send,
            what.sendStart(rank),
            what.receive,
            what.receiveStart(rank),
            what.receiveCount(rank));
      }
      awaitReaders();
      busy = false;
      if (what.operation.reduces()) {
        combine(what);
      }
    } catch (RuntimeException | Error e) {
      busy = false;
      abort(e.toString()); // does nothing if the group has failed
      awaitCopies();
      throw e;
    }
  }

  private void send(Call what, int to) {
    int left = what.sendCount(to);
    int start = what.sendStart(to);
    what.describe(number, to, sent);
    sent.write(staging.bytes);
    boolean first = true;
    while (first || left > 0) {
      int count = Math.min(left, staging.capacity(what.elements));
      if (count > 0) {
        what.elements.copy(what.send, start, staging.block(what.elements), 0, count);
      }
      staging.select(first, what.elements, count);
      write(to, staging.bytes);
      first = false;
      start += count;
      left -= count;
    }
  }

  private void write(int to, ByteBuffer bytes) {
    SocketChannel channel = links.data(to);
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
        progress.lazySet(progress.get() + 1);
      }
    } catch (IOException e) {
      throwIfInterrupted();
      watch.dataEnded(to);
      throw watch.awaitFailure(Failure.gone(context, to)).exception();
    }
  }

  private void makeRoom(Call what) {
    Buffer[] rooms = scratch[what.elements.code];
    int count = what.receiveCount(rank);
    for (int peer = 0; peer < ranks; peer++) {
      if (peer != rank && (rooms[peer] == null || rooms[peer].capacity() < count)) {
        rooms[peer] =
            switch (what.elements) {
              case FLOATS -> FloatBuffer.allocate(count);
              case DOUBLES -> DoubleBuffer.allocate(count);
              default -> LongBuffer.allocate(count);
            };
      }
    }
  }

  private void combine(Call what) {
    Buffer[] rooms = scratch[what.elements.code];
    for (int from = 0; from < ranks; from++) {
      order.parts[from] = from == rank ? what.send : rooms[from];
      order.partStarts[from] = from == rank ? what.sendStart(rank) : 0;
    }
    order.into(what.elements, what.receiveCount(rank), what.receive, what.resultStart());
  }

  private void awaitReaders() {
    for (PeerReader reader : readers) {
      if (reader == null) {
        continue;
      }
      for (int spins = 0; reader.done() < number; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
          continue;
        }
        throwIfFailed();
        throwIfInterrupted();
        waiting = Thread.currentThread();
        if (reader.done() < number && watch.failure() == null) {
          LockSupport.parkNanos(this, LONGEST_PARK);
        }
        waiting = null;
      }
    }
  }

  /** The caller may free its buffers once it has the failure: nobody must still use them. */
  private void awaitCopies() {
    for (PeerReader reader : readers) {
      while (reader != null && reader.copying()) {
        LockSupport.parkNanos(this, SHORT_PARK);
      }
    }
  }

  private void throwIfFailed() {
    Failure failure = watch.failure();
    if (failure != null) {
      throw failure.exception();
    }
  }

  private void throwIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      Failure interrupted = Failure.aborted(context, rank, "its thread was interrupted");
      watch.fail(interrupted);
      throw watch.awaitFailure(interrupted).exception();
    }
  }

  // Seen by the readers and the watch.

  /** Number of the operation in progress, or of the last one. */
  long posted() {
    return posted;
  }

  /** The operation {@link #posted}. */
  Call current() {
    return current;
  }

  /** What this rank tells the others of the operation {@link #posted}. */
  Header own() {
    return own;
  }

  /** Whether an operation is in progress. */
  boolean busy() {
    return busy;
  }

  /** Grows while the operation does. */
  long progress() {
    long sum = progress.get();
    for (PeerReader reader : readers) {
      sum += reader == null ? 0 : reader.progress();
    }
    return sum;
  }

  PeerReader reader(int peer) {
    return readers[peer];
  }

  /** Where the parts of a combination go that come from a rank. */
  Buffer room(Elements elements, int peer) {
    return scratch[elements.code][peer];
  }

  void wakeCaller() {
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  void wakeReaders() {
    for (PeerReader reader : readers) {
      if (reader != null) {
        reader.wake();
      }
    }
  }

  @Override
  public CollectiveException failure() {
    Failure failure = watch.failure();
    return failure == null ? null : failure.exception();
  }

  @Override
  public void abort(String reason) {
    Failure failure = Failure.aborted(context, rank, reason);
    watch.fail(failure);
    watch.awaitFailure(failure);
  }

  @Override
  public void close() {
    watch.close();
  }
}
