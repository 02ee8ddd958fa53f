package dev.farsight.collective;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.collective.DeviceExchange;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A rank whose values are carried by a {@link Carrier}: in pieces, through its buffers. It only
 * copies; sums are made here, in rank order. One exchange of pieces ends before the next begins, so
 * copies do not overlap with it.
 */
final class CarriedCollective extends ThreadEnd implements DeviceExchange {

  /** Up to so many bytes, an all-reduce is one exchange of everything rather than two of pieces. */
  private static final int SMALL_BYTES = 64 << 10;

  private final Carrier carrier;
  private final Patience patience = new Patience(this);
  private final RankOrder order;
  private final Call pieces;
  private final int[] pieceStarts;
  private final int[] sendBytes;
  private final int[] receiveBytes;

  /** By type of elements and rank. */
  private final Buffer[][] out;

  private final Buffer[][] in;
  private long[] send;
  private long[] receive;
  private int[] sendFloats;
  private int[] receiveFloats;

  CarriedCollective(ThreadRanks group, int rank, Carrier carrier) {
    super(group, rank);
    this.carrier = carrier;
    order = new RankOrder(ranks);
    pieces = new Call(rank, ranks);
    pieceStarts = new int[ranks + 1];
    sendBytes = new int[ranks];
    receiveBytes = new int[ranks];
    out = new Buffer[Elements.values().length][ranks];
    in = new Buffer[Elements.values().length][ranks];
    for (int other = 0; other < ranks; other++) {
      if (other != rank) {
        for (Elements elements : Elements.values()) {
          out[elements.code][other] = view(carrier.out(other), elements);
          in[elements.code][other] = view(carrier.in(other), elements);
        }
      }
    }
  }

  private static Buffer view(ByteBuffer buffer, Elements elements) {
    ByteBuffer bytes = buffer.duplicate().clear().order(ByteOrder.nativeOrder());
    return switch (elements) {
      case BYTES -> bytes;
      case INTS -> bytes.asIntBuffer();
      case LONGS -> bytes.asLongBuffer();
      case FLOATS -> bytes.asFloatBuffer();
      case DOUBLES -> bytes.asDoubleBuffer();
    };
  }

  @Override
  void carry() {
    try {
      patience.begin();
      switch (call.operation) {
        case ALL_TO_ALL, ALL_GATHER, BROADCAST -> move(call);
        case REDUCE_SCATTER -> combine(call);
        case ALL_REDUCE, ALL_REDUCE_MAX -> reduceAll();
        case DEVICE_EXCHANGE ->
            carrier.exchangeOfDevices(send, sendFloats, receive, receiveFloats, patience);
        case BARRIER -> {}
      }
    } catch (CollectiveException e) {
      throw e;
    } catch (FarsightException e) {
      throw fail(Failure.aborted(context, rank, e.getMessage()));
    }
  }

  private void reduceAll() {
    boolean whole =
        call.elements != Elements.FLOATS
            || (long) call.count() * Float.BYTES * ranks <= SMALL_BYTES;
    if (whole) {
      combine(call);
      return;
    }
    for (int piece = 0; piece <= ranks; piece++) {
      pieceStarts[piece] = (int) ((long) call.count() * piece / ranks);
    }
    pieces.reducePieces(call.send, pieceStarts);
    combine(pieces);
    pieces.gatherPieces(call.send, pieceStarts);
    move(pieces);
  }

  private void move(Call what) {
    int own = what.receiveCount(rank);
    if (own > 0) {
      what.elements.copy(
          what.send, what.sendStart(rank), what.receive, what.receiveStart(rank), own);
    }
    long most = most(what);
    int capacity = capacity(what);
    for (long done = 0; done < most; done += capacity) {
      exchange(what, done, capacity);
      for (int from = 0; from < ranks; from++) {
        int count = receiveBytes[from] / what.elements.bytes;
        if (count > 0) {
          int start = what.receiveStart(from) + (int) done;
          what.elements.copy(in[what.elements.code][from], 0, what.receive, start, count);
        }
      }
    }
  }

  private void combine(Call what) {
    long most = Math.max(most(what), what.receiveCount(rank));
    int capacity = capacity(what);
    for (long done = 0; done < most; done += capacity) {
      exchange(what, done, capacity);
      int count = piece(what.receiveCount(rank), done, capacity);
      for (int from = 0; from < ranks; from++) {
        order.parts[from] = from == rank ? what.send : in[what.elements.code][from];
        order.partStarts[from] = from == rank ? what.sendStart(rank) + (int) done : 0;
      }
      if (count > 0) {
        order.into(what.elements, count, what.receive, what.resultStart() + (int) done);
      }
    }
  }

  /** The most elements that this rank sends to another or gets from another. */
  private long most(Call what) {
    long most = 0;
    for (int other = 0; other < ranks; other++) {
      if (other != rank) {
        most = Math.max(most, Math.max(what.sendCount(other), what.receiveCount(other)));
      }
    }
    return most;
  }

  private int capacity(Call what) {
    return carrier.pieceBytes() / what.elements.bytes;
  }

  private static int piece(int count, long done, int capacity) {
    return (int) Math.max(0, Math.min(capacity, count - done));
  }

  /** Exchanges the piece of all ranks that begins at an element of what each gets. */
  private void exchange(Call what, long done, int capacity) {
    boolean any = false;
    for (int other = 0; other < ranks; other++) {
      if (other != rank) {
        int count = piece(what.sendCount(other), done, capacity);
        if (count > 0) {
          int start = what.sendStart(other) + (int) done;
          what.elements.copy(what.send, start, out[what.elements.code][other], 0, count);
        }
        sendBytes[other] = count * what.elements.bytes;
        receiveBytes[other] = piece(what.receiveCount(other), done, capacity) * what.elements.bytes;
        any |= sendBytes[other] > 0 || receiveBytes[other] > 0;
      }
    }
    if (any) {
      patience.begin();
      carrier.exchange(sendBytes, receiveBytes, patience);
    }
  }

  @Override
  public Optional<DeviceExchange> devices() {
    return Optional.of(this);
  }

  @Override
  public void exchange(long[] from, int[] floatsTo, long[] to, int[] floatsFrom) {
    try {
      send = from;
      receive = to;
      sendFloats = floatsTo;
      receiveFloats = floatsFrom;
      call.exchangeOfDevices(floatsTo, floatsFrom);
      perform();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  /** Only this thread touches the buffers of a call. */
  @Override
  void awaitIdle() {}

  @Override
  public void close() {
    super.close();
    carrier.close(group.failure() != null);
  }
}
