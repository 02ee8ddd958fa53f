package dev.farsight.compute.jcuda;

import com.sun.jna.Pointer;
import java.util.concurrent.locks.LockSupport;

/**
 * A stream of a device that is not there: a thread that does one piece of work after the other.
 * Giving it work allocates nothing, as with a real one.
 */
final class MemoryStream implements AutoCloseable {

  private static final int ROOM = 1024;
  private static final int MOST_PEERS = 8;
  private static final long PARK = 10_000;

  /** All memory of the process, by address. */
  private static final Pointer MEMORY = new Pointer(0);

  /** A piece of work. */
  static final class Work {

    /** Of a transfer; null if this is a copy or a mark. */
    MemoryNccl.Communicator communicator;

    long from;
    long to;
    long bytes;
    final long[] sendFrom = new long[MOST_PEERS];
    final long[] sendBytes = new long[MOST_PEERS];
    final long[] receiveTo = new long[MOST_PEERS];
    final long[] receiveBytes = new long[MOST_PEERS];

    void clear() {
      communicator = null;
      bytes = 0;
      for (int p = 0; p < MOST_PEERS; p++) {
        sendBytes[p] = 0;
        receiveBytes[p] = 0;
      }
    }

    void copyTransfer(Work other) {
      communicator = other.communicator;
      System.arraycopy(other.sendFrom, 0, sendFrom, 0, MOST_PEERS);
      System.arraycopy(other.sendBytes, 0, sendBytes, 0, MOST_PEERS);
      System.arraycopy(other.receiveTo, 0, receiveTo, 0, MOST_PEERS);
      System.arraycopy(other.receiveBytes, 0, receiveBytes, 0, MOST_PEERS);
    }
  }

  private final Work[] ring = new Work[ROOM];
  private final Thread thread;
  private volatile long given;
  private volatile long done;
  private volatile boolean closed;

  MemoryStream() {
    for (int i = 0; i < ROOM; i++) {
      ring[i] = new Work();
    }
    thread = new Thread(this::work, "memory-stream");
    thread.setDaemon(true);
    thread.start();
  }

  /** To be filled, then {@link #give given}. By one thread at a time. */
  Work next() {
    if (given - done >= ROOM) {
      throw new AssertionError("too much work");
    }
    Work work = ring[(int) (given % ROOM)];
    work.clear();
    return work;
  }

  void give() {
    long one = given;
    given = one + 1;
    LockSupport.unpark(thread);
  }

  void copy(long from, long to, long bytes) {
    Work work = next();
    work.from = from;
    work.to = to;
    work.bytes = bytes;
    give();
  }

  /** How much work there was so far. */
  long given() {
    return given;
  }

  boolean reached(long mark) {
    return done >= mark;
  }

  private void work() {
    long next = 0;
    while (!closed) {
      if (next == given) {
        LockSupport.parkNanos(PARK);
        continue;
      }
      Work work = ring[(int) (next % ROOM)];
      if (work.communicator != null) {
        work.communicator.transfer(work);
      } else {
        memoryCopy(work.from, work.to, work.bytes);
      }
      done = ++next;
    }
  }

  static void memoryCopy(long from, long to, long bytes) {
    if (bytes > 0) {
      var target = new Pointer(to).getByteBuffer(0, bytes);
      target.put(new Pointer(from).getByteBuffer(0, bytes));
    }
  }

  static void putInt(long at, int value) {
    MEMORY.setInt(at, value);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
