package dev.farsight.engine.share;

import dev.farsight.api.collective.Collective;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What process 0 asks of the others, as it is broadcast: the kind, two numbers, and how many rows
 * each process is asked for.
 *
 * <pre>
 * READ       ids to each process, so many of its rows back         allToAllv of longs, of bytes
 * RANGE      which rows of [a, b) were written, a bit each; a is   allToAllv of longs
 *            a multiple of 64
 * WRITTEN    whether row a was written                             allReduceMax of one number
 * HELD       how many rows were written                            allReduce of one number
 * END        nothing; no command follows
 * </pre>
 */
final class GatherCommand {

  /** What is asked. */
  enum Kind {
    READ,
    RANGE,
    WRITTEN,
    HELD,
    END
  }

  private static final Kind[] KINDS = Kind.values();

  /** Bytes of rows in a message of all processes, at most, but for a longer row. */
  private static final int CHUNK_BYTES = 4 << 20;

  /** Most rows of a RANGE: 512 KiB from each process. */
  static final int RANGE_ROWS = 1 << 22;

  private final Collective group;
  private final ByteBuffer bytes;

  GatherCommand(Collective group) {
    this.group = group;
    bytes =
        ByteBuffer.allocateDirect((3 + group.ranks()) * Long.BYTES).order(ByteOrder.nativeOrder());
  }

  /** Most rows of a READ. */
  static int chunkRows(int rowBytes) {
    return Math.max(1, CHUNK_BYTES / rowBytes);
  }

  /** How many words the bits of a range take. */
  static int words(long from, long to) {
    return (int) ((to - from + Long.SIZE - 1) / Long.SIZE);
  }

  /** Process 0 asks. */
  void send(Kind kind, long a, long b) {
    bytes
        .putLong(0, List.of(KINDS).indexOf(kind))
        .putLong(Long.BYTES, a)
        .putLong(2 * Long.BYTES, b);
    group.broadcast(bytes, bytes.capacity(), 0);
  }

  /** The others hear. */
  Kind receive() {
    group.broadcast(bytes, bytes.capacity(), 0);
    return KINDS[(int) bytes.getLong(0)];
  }

  long a() {
    return bytes.getLong(Long.BYTES);
  }

  long b() {
    return bytes.getLong(2 * Long.BYTES);
  }

  /** Sets how many rows a process is asked for. Before {@link #send}. */
  void rows(int process, int count) {
    bytes.putLong((3 + process) * Long.BYTES, count);
  }

  int rows(int process) {
    return (int) bytes.getLong((3 + process) * Long.BYTES);
  }
}
