package dev.farsight.compute.jcuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.farsight.api.internal.Closing;
import dev.farsight.collective.Carrier;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * One rank's communicator. All that goes from rank to rank are grouped sends and receives, which
 * copy bits: NCCL's own sums promise no order. The communicator never blocks; while values are on
 * their way this thread asks for errors and looks whether the group lives. If not, it aborts the
 * communicator, so that the device does not wait for ever, and the rank carries nothing any more.
 */
final class NcclCarrier implements Carrier {

  private static final long LONGEST_ABORT = 5_000_000_000L;
  private static final long PARK = 100_000;

  private final NcclGroup group;
  private final NcclLibrary library;
  private final int rank;
  private final long communicator;
  private final RankStaging staging;
  private final Memory state = new Memory(Long.BYTES);
  private final long stateAt = Pointer.nativeValue(state);
  private boolean gone;
  private boolean closed;

  NcclCarrier(
      NcclGroup group, NcclLibrary library, int rank, long communicator, RankStaging staging) {
    this.group = group;
    this.library = library;
    this.rank = rank;
    this.communicator = communicator;
    this.staging = staging;
  }

  int rank() {
    return rank;
  }

  RankStaging staging() {
    return staging;
  }

  @Override
  public int pieceBytes() {
    return staging.pieceBytes();
  }

  @Override
  public ByteBuffer out(int to) {
    return staging.out(to);
  }

  @Override
  public ByteBuffer in(int from) {
    return staging.in(from);
  }

  @Override
  public synchronized void exchange(int[] sendBytes, int[] receiveBytes, Waiting waiting) {
    try {
      begin();
      for (int p = 0; p < sendBytes.length; p++) {
        if (sendBytes[p] > 0) {
          staging.up(p, sendBytes[p]);
        }
      }
      int result = library.startGroup();
      for (int p = 0; p < sendBytes.length; p++) {
        if (sendBytes[p] > 0 && good(result)) {
          result = send(staging.deviceOut(p), sendBytes[p], p);
        }
        if (receiveBytes[p] > 0 && good(result)) {
          result = receive(staging.deviceIn(p), receiveBytes[p], p);
        }
      }
      launch(result, waiting);
      for (int p = 0; p < receiveBytes.length; p++) {
        if (receiveBytes[p] > 0) {
          staging.down(p, receiveBytes[p]);
        }
      }
      complete(waiting);
    } catch (RuntimeException | Error e) {
      Closing.after(e, this::abort);
      throw e;
    }
  }

  @Override
  public synchronized void exchangeOfDevices(
      long[] send, int[] sendFloats, long[] receive, int[] receiveFloats, Waiting waiting) {
    try {
      begin();
      boolean any = false;
      int result = library.startGroup();
      for (int p = 0; p < send.length; p++) {
        if (p != rank && sendFloats[p] > 0 && good(result)) {
          any = true;
          result = send(send[p], (long) sendFloats[p] * Float.BYTES, p);
        }
        if (p != rank && receiveFloats[p] > 0 && good(result)) {
          any = true;
          result = receive(receive[p], (long) receiveFloats[p] * Float.BYTES, p);
        }
      }
      launch(result, waiting);
      if (any) {
        complete(waiting);
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, this::abort);
      throw e;
    }
  }

  private void begin() {
    if (gone) {
      throw new IllegalStateException("the communicator of rank " + rank + " is gone");
    }
    staging.enter();
  }

  private int send(long from, long bytes, int to) {
    return library.send(from, bytes, to, communicator, staging.stream());
  }

  private int receive(long to, long bytes, int from) {
    return library.receive(to, bytes, from, communicator, staging.stream());
  }

  /** Ends the group of calls, whatever they gave, and waits until the stream has their work. */
  private void launch(int result, Waiting waiting) {
    int end = library.endGroup();
    require("ncclSend or ncclRecv", result);
    require("ncclGroupEnd", end);
    while (!ready("ncclGroupEnd")) {
      waiting.rest();
    }
  }

  /** Waits until the stream has done its work. */
  private void complete(Waiting waiting) {
    staging.mark();
    while (!staging.reached()) {
      ready("an exchange");
      waiting.rest();
    }
  }

  private static boolean good(int result) {
    return result == NcclLibrary.SUCCESS || result == NcclLibrary.IN_PROGRESS;
  }

  private void require(String call, int result) {
    if (!good(result)) {
      throw group.failure(call, result, communicator);
    }
  }

  /** Whether the last call is complete; fails if it or what came of it failed. */
  boolean ready(String call) {
    require("ncclCommGetAsyncError", library.state(communicator, stateAt));
    int now = state.getInt(0);
    require(call, now);
    return now == NcclLibrary.SUCCESS;
  }

  /** Ends what the device does for this communicator, and waits until it does nothing any more. */
  synchronized void abort() {
    if (gone) {
      return;
    }
    gone = true;
    staging.enter();
    if (communicator != 0) {
      library.abort(communicator);
    }
    long begun = System.nanoTime();
    staging.mark();
    while (!staging.reached() && System.nanoTime() - begun < LONGEST_ABORT) {
      LockSupport.parkNanos(PARK);
    }
  }

  synchronized void finish() {
    if (!gone) {
      staging.enter();
      library.finish(communicator);
    }
  }

  /** Whether {@link #finish} is complete, or will never be. */
  synchronized boolean finished() {
    return gone
        || library.state(communicator, stateAt) != NcclLibrary.SUCCESS
        || state.getInt(0) != NcclLibrary.IN_PROGRESS;
  }

  /** Frees the communicator; in good order if it is finished. */
  synchronized void destroy() {
    if (!gone) {
      gone = true;
      staging.enter();
      boolean done =
          library.state(communicator, stateAt) == NcclLibrary.SUCCESS
              && state.getInt(0) == NcclLibrary.SUCCESS;
      int ignored = done ? library.destroy(communicator) : library.abort(communicator);
    }
  }

  @Override
  public void close(boolean failed) {
    boolean broken;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      broken = failed || gone;
    }
    group.left(broken);
  }
}
