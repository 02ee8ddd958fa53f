package dev.farsight.engine.plan;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.cache.RegionRows;
import dev.farsight.engine.cache.RowOwners;
import dev.farsight.engine.process.OwnRanks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Tells ranks of other processes which of their rows a rank's samples look up, and is told the same
 * by them. Ranks of this process see each other's rows without it.
 *
 * <p>A batch takes two exchanges: of a header for each other rank, with the number of rows in each
 * of its groups, and of the rows. A row takes 12 bytes, 8 if all row ids are ints. O(rows asked);
 * memory grows to the largest batch, after which nothing is allocated. One thread at a time.
 */
public final class AskExchange {

  /** For so many batches there is memory for what was received. */
  public static final int BATCHES = 2;

  /** Words of a header beside the counts: samples, weight, signal. */
  private static final int WORDS = 3;

  private static final int[] NONE = {};

  private final OwnRanks own;
  private final int rank;
  private final Collective collective;
  private final boolean intIds;
  private final int groups;

  /** By rank: the groups of its rows. */
  private final int[][] groupsOf;

  private final int[] headerSendStarts;
  private final int[] headerReceiveStarts;
  private final LongBuffer headerSent;
  private final LongBuffer headerReceived;
  private final int[] sendStarts;
  private final int[] receiveStarts;
  private ByteBuffer sent = buffer(0);
  private ByteBuffer received = buffer(0);

  /**
   * @param rank of this process
   * @param collective the rank's end of a group of all ranks
   */
  public AskExchange(RowOwners owners, OwnRanks own, int rank, Collective collective) {
    this.own = own;
    this.rank = rank;
    this.collective = collective;
    intIds = owners.groups().tables().rows() <= Integer.MAX_VALUE;
    groups = owners.groups().count();
    groupsOf = new int[own.all()][];
    Arrays.setAll(groupsOf, owners::groupsOn);
    headerSendStarts = starts(other -> groupsOf[other].length + WORDS);
    headerReceiveStarts = starts(other -> groupsOf[rank].length + WORDS);
    headerSent = LongBuffer.allocate(headerSendStarts[own.all()]);
    headerReceived = LongBuffer.allocate(headerReceiveStarts[own.all()]);
    sendStarts = new int[own.all() + 1];
    receiveStarts = new int[own.all() + 1];
  }

  /** Nothing is sent to ranks of this process. */
  private int[] starts(IntUnaryOperator words) {
    int[] starts = new int[own.all() + 1];
    for (int p = 0; p < own.all(); p++) {
      starts[p + 1] = starts[p] + (own.has(p) ? 0 : words.applyAsInt(p));
    }
    return starts;
  }

  /** Allocates the memory for what the ranks of other processes ask for in one batch. */
  public Received newReceived() {
    return new Received();
  }

  /**
   * Exchanges a batch.
   *
   * @param asked what this rank's samples ask for
   * @param signal something for the others to know, see {@link Received#signal}
   */
  public void exchange(AskedRows asked, long signal, Received target) {
    writeHeaders(asked, signal);
    collective.allToAllv(headerSent, headerSendStarts, headerReceived, headerReceiveStarts);
    countSent(asked.rows());
    target.countReceived();
    writeRows(asked.rows());
    collective.allToAllv(sent, sendStarts, received, receiveStarts);
    target.readRows();
  }

  /**
   * Bytes on the heap, at most.
   *
   * @param askedRows most rows that ranks of other processes ask of a rank in a batch
   */
  public static long heapBytes(long askedRows) {
    return BATCHES * grown((Long.BYTES + Integer.BYTES) * askedRows);
  }

  /**
   * Bytes outside of the heap, at most.
   *
   * @param sentRows most rows that a rank asks of others in a batch
   */
  public static long bufferBytes(long sentRows, long askedRows) {
    return grown((Long.BYTES + Integer.BYTES) * (sentRows + askedRows));
  }

  /** With room to spare, so that few batches are the largest so far. */
  private static long grown(long bytes) {
    return bytes + bytes / 4;
  }

  /** Ends the group, because this process cannot go on. */
  public void abort(Throwable reason) {
    collective.abort(Quoted.line(String.valueOf(reason.getMessage())));
  }

  private void writeHeaders(AskedRows asked, long signal) {
    int[] starts = asked.rows().starts();
    for (int p = 0; p < own.all(); p++) {
      if (!own.has(p)) {
        int word = headerSendStarts[p];
        for (int group : groupsOf[p]) {
          headerSent.put(word++, (long) starts[group + 1] - starts[group]);
        }
        headerSent.put(word++, asked.samples());
        headerSent.put(word++, Double.doubleToRawLongBits(asked.weight()));
        headerSent.put(word, signal);
      }
    }
  }

  private int rowBytes() {
    return (intIds ? Integer.BYTES : Long.BYTES) + Integer.BYTES;
  }

  private void countSent(RegionRows rows) {
    for (int p = 0; p < own.all(); p++) {
      int count = 0;
      if (!own.has(p)) {
        for (int group : groupsOf[p]) {
          count += rows.starts()[group + 1] - rows.starts()[group];
        }
      }
      sendStarts[p + 1] = Math.addExact(sendStarts[p], Math.multiplyExact(count, rowBytes()));
    }
    sent = atLeast(sent, sendStarts[own.all()]);
  }

  private void writeRows(RegionRows rows) {
    for (int p = 0; p < own.all(); p++) {
      int at = sendStarts[p];
      for (int group : own.has(p) ? NONE : groupsOf[p]) {
        int end = rows.starts()[group + 1];
        for (int i = rows.starts()[group]; i < end; i++) {
          if (intIds) {
            sent.putInt(at, (int) rows.rows()[i]);
            at += Integer.BYTES;
          } else {
            sent.putLong(at, rows.rows()[i]);
            at += Long.BYTES;
          }
          sent.putInt(at, rows.occurrences()[i]);
          at += Integer.BYTES;
        }
      }
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer atLeast(ByteBuffer buffer, int bytes) {
    return buffer.capacity() >= bytes
        ? buffer
        : buffer((int) Math.min(Integer.MAX_VALUE - 8L, grown(bytes)));
  }

  /** What the ranks of other processes ask of this one in a batch. */
  public final class Received {

    private long[] rows = new long[0];
    private int[] occurrences = new int[0];

    /** By rank, then by group; null for ranks of this process. */
    private final int[][] starts = new int[own.all()][];

    private final AskedRows[] asked = new AskedRows[own.all()];
    private long signal;

    private Received() {
      for (int p = 0; p < own.all(); p++) {
        if (!own.has(p)) {
          starts[p] = new int[groups + 1];
          asked[p] = new AskedRows();
        }
      }
    }

    /** What a rank of another process asks for. */
    public AskedRows asked(int other) {
      return asked[other];
    }

    /** The bits that any rank of another process has set. */
    public long signal() {
      return signal;
    }

    private void countReceived() {
      int row = 0;
      for (int p = 0; p < own.all(); p++) {
        int before = row;
        if (!own.has(p)) {
          row = countReceived(p, row);
        }
        int bytes = Math.multiplyExact(row - before, rowBytes());
        receiveStarts[p + 1] = Math.addExact(receiveStarts[p], bytes);
      }
      if (row > rows.length) {
        rows = new long[Math.toIntExact(grown(row))];
        occurrences = new int[rows.length];
      }
      received = atLeast(received, receiveStarts[own.all()]);
    }

    private int countReceived(int p, int first) {
      int word = headerReceiveStarts[p];
      int row = first;
      int next = 0;
      for (int group : groupsOf[rank]) {
        Arrays.fill(starts[p], next, group + 1, row);
        next = group + 1;
        row = Math.addExact(row, (int) headerReceived.get(word++));
      }
      Arrays.fill(starts[p], next, groups + 1, row);
      return row;
    }

    private void readRows() {
      signal = 0;
      int row = 0;
      int at = 0;
      int end = receiveStarts[own.all()];
      while (at < end) {
        rows[row] = intIds ? received.getInt(at) : received.getLong(at);
        at += intIds ? Integer.BYTES : Long.BYTES;
        occurrences[row++] = received.getInt(at);
        at += Integer.BYTES;
      }
      for (int p = 0; p < own.all(); p++) {
        if (!own.has(p)) {
          int word = headerReceiveStarts[p] + groupsOf[rank].length;
          asked[p].of(
              RegionRows.received(rows, occurrences, starts[p]),
              (int) headerReceived.get(word),
              Double.longBitsToDouble(headerReceived.get(word + 1)));
          signal |= headerReceived.get(word + 2);
        }
      }
    }
  }
}
