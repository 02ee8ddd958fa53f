package dev.farsight.collective;

import java.io.EOFException;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads what one other rank sends. Operations that this rank has not called yet wait in the
 * connection. A thread of its own.
 */
final class PeerReader {

  private static final int SPINS = 256;
  private static final long LONGEST_PARK = 100_000_000;

  private final SocketCollective end;
  private final Watch watch;
  private final int peer;
  private final SocketChannel channel;
  private final Staging staging = new Staging();
  private final Header header = new Header();
  private final AtomicLong progress = new AtomicLong();
  private volatile long joined;
  private volatile long done;
  private volatile boolean copying;
  private volatile Thread waiting;

  PeerReader(SocketCollective end, Watch watch, int peer, SocketChannel channel) {
    this.end = end;
    this.watch = watch;
    this.peer = peer;
    this.channel = channel;
  }

  void start() {
    Threads.start(
        end.context.group() + " rank " + end.rank + " reads from rank " + peer, this::readAll);
  }

  /** Number of the operation that the other rank joined last. */
  long joined() {
    return joined;
  }

  /** Number of the operation of which all has come from the other rank. */
  long done() {
    return done;
  }

  /** Whether the thread writes to the caller's buffer just now. */
  boolean copying() {
    return copying;
  }

  long progress() {
    return progress.get();
  }

  void wake() {
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  private void readAll() {
    try {
      while (true) {
        staging.select(true, Elements.BYTES, 0);
        read();
        header.read(staging.bytes);
        joined = header.number;
        awaitCall();
        if (watch.failure() != null || !agrees()) {
          return;
        }
        receive(end.current());
        done = header.number;
        end.wakeCaller();
      }
    } catch (IOException e) {
      watch.dataEnded(peer);
    } catch (RuntimeException | Error e) {
      watch.fail(Failure.aborted(end.context, end.rank, e.toString()));
    }
  }

  private void awaitCall() {
    for (int spins = 0; end.posted() < header.number && watch.failure() == null; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
        continue;
      }
      waiting = Thread.currentThread();
      if (end.posted() < header.number && watch.failure() == null) {
        LockSupport.parkNanos(end, LONGEST_PARK);
      }
      waiting = null;
    }
  }

  private boolean agrees() {
    int expected = end.current().receiveCount(peer);
    if (!end.own().sameCall(header)) {
      watch.fail(Failure.different(end.context, end.rank, end.own(), peer, header));
      return false;
    }
    if (header.piece != expected) {
      watch.fail(Failure.counts(end.context, end.rank, expected, peer, header));
      return false;
    }
    return true;
  }

  private void receive(Call call) throws IOException {
    boolean part = call.operation.reduces();
    Buffer target = part ? end.room(call.elements, peer) : call.receive;
    int start = part ? 0 : call.receiveStart(peer);
    int left = call.receiveCount(peer);
    while (left > 0) {
      int count = Math.min(left, staging.capacity(call.elements));
      staging.select(false, call.elements, count);
      read();
      copying = true;
      try {
        // Read after copying was set: a caller that has the failure waits for this copy.
        if (watch.failure() != null) {
          return;
        }
        call.elements.copy(staging.block(call.elements), 0, target, start, count);
      } finally {
        copying = false;
      }
      start += count;
      left -= count;
    }
  }

  /** Reads the bytes that are selected. */
  private void read() throws IOException {
    while (staging.bytes.hasRemaining()) {
      if (channel.read(staging.bytes) < 0) {
        throw new EOFException();
      }
      progress.lazySet(progress.get() + 1);
    }
  }
}
