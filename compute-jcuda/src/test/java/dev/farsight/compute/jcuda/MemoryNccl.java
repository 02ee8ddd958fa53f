package dev.farsight.compute.jcuda;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * NCCL without GPUs, as its documentation has it: calls of a group begin together at its end;
 * communicators do not block, so the stream has a transfer only once the communicator's state says
 * so; a send waits for its receive and the other way round; an abort ends both. Uses that NCCL
 * forbids fail the test.
 */
final class MemoryNccl implements NcclLibrary {

  static final int REMOTE_ERROR = 6;

  private final List<Communicator> communicators = new CopyOnWriteArrayList<>();
  private final List<MemoryStream> streams = new CopyOnWriteArrayList<>();
  private final ThreadLocal<Calls> calls = ThreadLocal.withInitial(Calls::new);
  private final AtomicLong ids = new AtomicLong();

  /** Devices whose staging was closed. */
  final List<Integer> closed = new CopyOnWriteArrayList<>();

  /** What to do wrong. */
  volatile boolean neverConnects;

  volatile boolean losesTransfers;
  volatile int refusesId;
  volatile int version = 22_703;

  /** The calls of a thread since its group began. */
  private static final class Calls {
    int depth;
    int gpu = -1;
    boolean any;
    final MemoryStream.Work work = new MemoryStream.Work();
    MemoryStream stream;
  }

  /** Ranks that share an id. */
  private static final class Group {

    final long id;
    final Communicator[] ranks;
    final Channel[][] channels;

    Group(long id, int size) {
      this.id = id;
      ranks = new Communicator[size];
      channels = new Channel[size][size];
      for (Channel[] row : channels) {
        for (int to = 0; to < size; to++) {
          row[to] = new Channel();
        }
      }
    }
  }

  /** What one rank sends another just now. */
  private static final class Channel {
    long from;
    long bytes;
    volatile boolean full;
  }

  /** A rank of a group. */
  final class Communicator {

    private final Group group;
    private final int rank;
    private final int gpu;
    private final MemoryStream.Work pending = new MemoryStream.Work();
    private MemoryStream pendingStream;
    private volatile int state = IN_PROGRESS;
    private volatile boolean aborted;
    private volatile boolean finished;
    volatile String freedBy = "";

    private Communicator(Group group, int rank, int gpu) {
      this.group = group;
      this.rank = rank;
      this.gpu = gpu;
    }

    /** An error that comes up by itself. */
    void fail(int error) {
      state = error;
    }

    private void post(Calls from) {
      if (state != SUCCESS || pendingStream != null) {
        throw new AssertionError("rank " + rank + " is not ready for another call: " + state);
      }
      pending.copyTransfer(from.work);
      pendingStream = from.stream;
      state = IN_PROGRESS;
    }

    private void poll(long stateAt) {
      int now = state;
      if (now == IN_PROGRESS && pendingStream != null) {
        if (!losesTransfers) {
          pendingStream.next().copyTransfer(pending);
          pendingStream.give();
        } else {
          MemoryStream.Work nobodyMeets = pendingStream.next();
          nobodyMeets.communicator = this;
          nobodyMeets.receiveBytes[(rank + 1) % group.ranks.length] = 1;
          pendingStream.give();
        }
        pendingStream = null;
        state = SUCCESS;
      }
      MemoryStream.putInt(stateAt, now);
    }

    /** On the stream's thread. */
    void transfer(MemoryStream.Work work) {
      int size = group.ranks.length;
      for (int to = 0; to < size; to++) {
        if (work.sendBytes[to] > 0) {
          Channel channel = group.channels[rank][to];
          channel.from = work.sendFrom[to];
          channel.bytes = work.sendBytes[to];
          channel.full = true;
        }
      }
      for (int from = 0; from < size; from++) {
        Channel channel = group.channels[from][rank];
        if (work.receiveBytes[from] > 0 && await(channel, true)) {
          if (channel.bytes != work.receiveBytes[from]) {
            fail(REMOTE_ERROR);
          }
          MemoryStream.memoryCopy(channel.from, work.receiveTo[from], channel.bytes);
          channel.full = false;
        }
      }
      for (int to = 0; to < size; to++) {
        if (work.sendBytes[to] > 0) {
          await(group.channels[rank][to], false);
        }
      }
    }

    private boolean await(Channel channel, boolean full) {
      while (channel.full != full) {
        if (aborted) {
          return false;
        }
        LockSupport.parkNanos(10_000);
      }
      return true;
    }
  }

  long opened(MemoryStream stream) {
    streams.add(stream);
    return streams.size();
  }

  void closed(int gpu) {
    closed.add(gpu);
  }

  void current(int gpu) {
    calls.get().gpu = gpu;
  }

  /** All that ever were, in the order in which they were made. */
  List<Communicator> communicators() {
    return new ArrayList<>(communicators);
  }

  private Communicator of(long handle) {
    Communicator found = communicators.get((int) handle - 1);
    if (!found.freedBy.isEmpty()) {
      throw new AssertionError("the communicator is gone: " + found.freedBy);
    }
    return found;
  }

  @Override
  public int version() {
    return version;
  }

  @Override
  public int uniqueId(byte[] into) {
    ByteBuffer.wrap(into).putLong(0, ids.incrementAndGet());
    return refusesId;
  }

  @Override
  public int startGroup() {
    Calls own = calls.get();
    own.depth++;
    own.any = false;
    own.work.clear();
    return SUCCESS;
  }

  @Override
  public int endGroup() {
    Calls own = calls.get();
    if (--own.depth != 0) {
      throw new AssertionError("groups of calls do not match");
    }
    if (!own.any) {
      return SUCCESS;
    }
    if (own.work.communicator != null) {
      own.work.communicator.post(own);
    }
    return IN_PROGRESS;
  }

  @Override
  public synchronized int init(long communicatorAt, int ranks, byte[] id, int rank) {
    Calls own = calls.get();
    requireGroup(own);
    own.any = true;
    long number = ByteBuffer.wrap(id).getLong(0);
    Group group =
        communicators.stream()
            .map(each -> each.group)
            .filter(each -> each.id == number)
            .findFirst()
            .orElseGet(() -> new Group(number, ranks));
    var made = new Communicator(group, rank, own.gpu);
    group.ranks[rank] = made;
    communicators.add(made);
    new Pointer(communicatorAt).setLong(0, communicators.size());
    boolean complete = true;
    for (Communicator each : group.ranks) {
      complete &= each != null;
    }
    if (complete && !neverConnects) {
      for (Communicator each : group.ranks) {
        each.state = SUCCESS;
      }
    }
    return IN_PROGRESS;
  }

  private static void requireGroup(Calls own) {
    if (own.depth != 1) {
      throw new AssertionError("a call outside of a group");
    }
  }

  private Calls transfer(long handle, long stream, long bytes) {
    Calls own = calls.get();
    requireGroup(own);
    Communicator communicator = of(handle);
    if (own.gpu != communicator.gpu) {
      throw new AssertionError("device " + own.gpu + " is current, not " + communicator.gpu);
    }
    if (bytes <= 0) {
      throw new AssertionError(bytes + " bytes");
    }
    own.any = true;
    own.work.communicator = communicator;
    own.stream = streams.get((int) stream - 1);
    return own;
  }

  @Override
  public int send(long from, long bytes, int peer, long communicator, long stream) {
    MemoryStream.Work work = transfer(communicator, stream, bytes).work;
    work.sendFrom[peer] = from;
    work.sendBytes[peer] = bytes;
    return SUCCESS;
  }

  @Override
  public int receive(long to, long bytes, int peer, long communicator, long stream) {
    MemoryStream.Work work = transfer(communicator, stream, bytes).work;
    work.receiveTo[peer] = to;
    work.receiveBytes[peer] = bytes;
    return SUCCESS;
  }

  @Override
  public int state(long communicator, long stateAt) {
    // Once more in progress than it is, as with a call that another thread completes.
    of(communicator).poll(stateAt);
    return SUCCESS;
  }

  @Override
  public int finish(long communicator) {
    of(communicator).finished = true;
    return SUCCESS;
  }

  @Override
  public int destroy(long communicator) {
    Communicator destroyed = of(communicator);
    for (Communicator each : destroyed.group.ranks) {
      if (!each.finished) {
        throw new AssertionError("destroyed before all were finished");
      }
    }
    destroyed.freedBy = "destroy";
    return SUCCESS;
  }

  @Override
  public int abort(long communicator) {
    Communicator aborted = of(communicator);
    aborted.aborted = true;
    aborted.freedBy = "abort";
    return SUCCESS;
  }

  @Override
  public String error(int result) {
    return result == REMOTE_ERROR ? "remote process exited or there was a network error" : "error";
  }

  @Override
  public String lastError(long communicator) {
    return "";
  }
}
