package dev.farsight.collective;

import java.nio.Buffer;

/**
 * What one rank calls: which elements it sends to each rank and gets from each. One object serves
 * all calls of a rank; others read it while the rank is in the call.
 */
final class Call {

  private final int rank;
  private final int ranks;

  Operation operation = Operation.BARRIER;
  Elements elements = Elements.BYTES;
  Buffer send;
  Buffer receive;
  private int[] sendStarts;
  private int[] receiveStarts;
  private int[] sendCounts;
  private int[] receiveCounts;
  private Operation named = Operation.BARRIER;
  private int ownStart;
  private int root;
  private int count;

  Call(int rank, int ranks) {
    this.rank = rank;
    this.ranks = ranks;
  }

  void allToAll(Elements what, Buffer from, int[] fromStarts, Buffer to, int[] toStarts) {
    set(Operation.ALL_TO_ALL, what, from, to, 0, 0);
    sendStarts = checked(fromStarts, from);
    receiveStarts = checked(toStarts, to);
  }

  void reduceScatter(Buffer values, int[] starts, Buffer own) {
    set(Operation.REDUCE_SCATTER, Elements.FLOATS, values, own, 0, whole(starts, values));
    sendStarts = starts;
    atLeast(own, starts[rank + 1] - starts[rank]);
  }

  void allGather(Buffer own, Buffer all, int[] starts) {
    set(Operation.ALL_GATHER, Elements.FLOATS, own, all, 0, whole(starts, all));
    receiveStarts = starts;
    atLeast(own, starts[rank + 1] - starts[rank]);
  }

  void allReduce(Operation reduction, Elements what, Buffer values, int valueCount) {
    set(reduction, what, values, values, 0, valueCount);
    atLeast(values, valueCount);
  }

  /** The first half of an all-reduce in pieces: each rank combines its piece at its place. */
  void reducePieces(Buffer values, int[] starts) {
    set(Operation.REDUCE_SCATTER, Elements.FLOATS, values, values, 0, starts[ranks]);
    named = Operation.ALL_REDUCE;
    sendStarts = starts;
    ownStart = starts[rank];
  }

  /** The second half: each rank gives its piece to all. */
  void gatherPieces(Buffer values, int[] starts) {
    set(Operation.ALL_GATHER, Elements.FLOATS, values, values, 0, starts[ranks]);
    named = Operation.ALL_REDUCE;
    receiveStarts = starts;
    ownStart = starts[rank];
  }

  void broadcast(Buffer bytes, int byteCount, int from) {
    if (from < 0 || from >= ranks) {
      throw new IllegalArgumentException("root " + from + " of " + ranks + " ranks");
    }
    set(Operation.BROADCAST, Elements.BYTES, bytes, bytes, from, byteCount);
    atLeast(bytes, byteCount);
  }

  /**
   * Between devices: the values are in their memory, and what a rank sends to itself stays where it
   * is.
   */
  void exchangeOfDevices(int[] floatsTo, int[] floatsFrom) {
    set(Operation.DEVICE_EXCHANGE, Elements.FLOATS, null, null, 0, 0);
    sendCounts = counts(floatsTo);
    receiveCounts = counts(floatsFrom);
  }

  void barrier() {
    set(Operation.BARRIER, Elements.BYTES, null, null, 0, 0);
  }

  /** The first element that rank {@code to} gets of {@link #send}. */
  int sendStart(int to) {
    return operation == Operation.ALL_TO_ALL || operation == Operation.REDUCE_SCATTER
        ? sendStarts[to]
        : ownStart;
  }

  /** How many elements rank {@code to} gets. */
  int sendCount(int to) {
    return switch (operation) {
      case ALL_TO_ALL, REDUCE_SCATTER -> sendStarts[to + 1] - sendStarts[to];
      case ALL_GATHER -> receiveStarts[rank + 1] - receiveStarts[rank];
      case ALL_REDUCE, ALL_REDUCE_MAX -> count;
      case BROADCAST -> rank == root && to != root ? count : 0;
      case BARRIER -> 0;
      case DEVICE_EXCHANGE -> to == rank ? 0 : sendCounts[to];
    };
  }

  /** Where in {@link #receive} the elements of rank {@code from} go, if they are not combined. */
  int receiveStart(int from) {
    return operation == Operation.ALL_TO_ALL || operation == Operation.ALL_GATHER
        ? receiveStarts[from]
        : 0;
  }

  /** How many elements come from rank {@code from}. */
  int receiveCount(int from) {
    return switch (operation) {
      case ALL_TO_ALL, ALL_GATHER -> receiveStarts[from + 1] - receiveStarts[from];
      case REDUCE_SCATTER -> sendStarts[rank + 1] - sendStarts[rank];
      case ALL_REDUCE, ALL_REDUCE_MAX -> count;
      case BROADCAST -> from == root && rank != root ? count : 0;
      case BARRIER -> 0;
      case DEVICE_EXCHANGE -> from == rank ? 0 : receiveCounts[from];
    };
  }

  /** Where in {@link #receive} the result of a combination goes. */
  int resultStart() {
    return ownStart;
  }

  /** How many elements an all-reduce has. */
  int count() {
    return count;
  }

  /** What the call tells rank {@code to}. */
  void describe(long number, int to, Header header) {
    header.number = number;
    header.operation = named;
    header.elements = elements;
    header.root = root;
    header.whole = count;
    header.piece = sendCount(to);
  }

  private void set(
      Operation what, Elements of, Buffer from, Buffer to, int broadcaster, int elementCount) {
    operation = what;
    named = what;
    ownStart = 0;
    elements = of;
    send = from;
    receive = to;
    root = broadcaster;
    count = elementCount;
  }

  private int whole(int[] starts, Buffer buffer) {
    checked(starts, buffer);
    return starts[ranks] - starts[0];
  }

  private int[] checked(int[] starts, Buffer buffer) {
    if (starts.length != ranks + 1) {
      throw new IllegalArgumentException(
          "%d starts for %d ranks, not %d".formatted(starts.length, ranks, ranks + 1));
    }
    int last = 0;
    for (int start : starts) {
      if (start < last) {
        throw new IllegalArgumentException("start " + start + " after " + last);
      }
      last = start;
    }
    atLeast(buffer, last);
    return starts;
  }

  private int[] counts(int[] each) {
    if (each.length != ranks) {
      throw new IllegalArgumentException(each.length + " counts for " + ranks + " ranks");
    }
    for (int count : each) {
      if (count < 0) {
        throw new IllegalArgumentException("a count of " + count);
      }
    }
    return each;
  }

  private static void atLeast(Buffer buffer, int elements) {
    if (elements < 0 || elements > buffer.limit()) {
      throw new IllegalArgumentException(
          "%d elements of a buffer of %d".formatted(elements, buffer.limit()));
    }
  }
}
