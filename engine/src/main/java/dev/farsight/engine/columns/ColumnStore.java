package dev.farsight.engine.columns;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowColumns;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.pipeline.MovedRows;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store of whole rows, of which each rank reads and writes its columns. So what the store holds
 * does not depend on how many ranks there are.
 *
 * <p>A read takes whole rows and copies a part of them. A write reads the rows, replaces the part
 * and writes them back. Ranks that write other columns of the same row take turns: rows are divided
 * into {@value #STRIPES} stripes by their ids, each with a lock. What all ranks have of a row, such
 * as the state of row-wise Adagrad, is that of the rank that wrote last; they all write the same.
 *
 * <p><b>Cost.</b> A rank reads N times the bytes that it takes, and N times and once more what it
 * writes. Calls wait for the store, under the lock of a stripe. <b>Memory.</b> A part of at most
 * {@value #ROOM_BYTES} bytes of rows for each thread that calls, or one row if that is larger.
 * <b>Threading.</b> Safe for concurrent use; two calls of the same rank must not have a row in
 * common.
 */
public final class ColumnStore {

  private static final int STRIPES = 16;
  private static final int ROOM_BYTES = 1 << 18;
  private static final int MOST_ROWS = 256;

  private final RowStore store;
  private final int ranks;
  private final ReentrantLock[] locks = new ReentrantLock[STRIPES];
  private final ThreadLocal<Room> rooms;

  public ColumnStore(RowStore store, int ranks) {
    this.store = store;
    this.ranks = ranks;
    Arrays.setAll(locks, stripe -> new ReentrantLock());
    RowFormat format = store.spec().format();
    rooms = ThreadLocal.withInitial(() -> new Room(format));
  }

  /** The columns of a rank. */
  public MovedRows ofRank(int rank) {
    return new Columns(rank);
  }

  /** Bytes of the rows that so many threads read and write, on the heap or not. */
  public static long bytes(RowFormat row, int threads) {
    return (long) threads * roomRows(row) * row.bytes();
  }

  private static int roomRows(RowFormat row) {
    return Math.min(MOST_ROWS, Math.max(1, ROOM_BYTES / row.bytes()));
  }

  private static int stripeOf(long row) {
    return (int) row & (STRIPES - 1);
  }

  /** What one thread needs. */
  private static final class Room {

    final long[] ids;
    final int[] positions;
    final RowBuffer whole;

    Room(RowFormat format) {
      int rows = roomRows(format);
      ids = new long[rows];
      positions = new int[rows];
      whole = RowBuffer.allocate(format, rows, HostBuffers.plain());
    }
  }

  /** The columns of one rank. */
  private final class Columns implements MovedRows {

    private final RowColumns columns;

    /** Ranks begin with different stripes, so that they seldom wait for each other. */
    private final int firstStripe;

    Columns(int rank) {
      columns = new RowColumns(store.spec().format(), rank, ranks);
      firstStripe = rank * STRIPES / ranks;
    }

    @Override
    public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
      byStripe(rows, from, count, target, targetRow, false);
      return Ticket.DONE;
    }

    @Override
    public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
      byStripe(rows, from, count, source, sourceRow, true);
      return Ticket.DONE;
    }

    /** No rank may write these rows while the store saves what they are. */
    @Override
    public void expectWrites(long[] rows, int from, int count) {
      int locked = 0;
      try {
        for (; locked < STRIPES; locked++) {
          locks[locked].lock();
        }
        store.expectWrites(rows, from, count);
      } finally {
        while (locked > 0) {
          locks[--locked].unlock();
        }
      }
    }

    private void byStripe(
        long[] rows, int from, int count, RowBuffer ring, int ringRow, boolean write) {
      for (int i = 0; i < STRIPES; i++) {
        int stripe = (firstStripe + i) % STRIPES;
        locks[stripe].lock();
        try {
          run(stripe, rows, from, count, ring, ringRow - from, write);
        } finally {
          locks[stripe].unlock();
        }
      }
    }

    /** Takes as many rows of a stripe at a time as there is room for. */
    private void run(
        int stripe, long[] rows, int from, int count, RowBuffer ring, int shift, boolean write) {
      Room room = rooms.get();
      int taken = 0;
      for (int i = from; i < from + count; i++) {
        if (stripeOf(rows[i]) == stripe) {
          room.ids[taken] = rows[i];
          room.positions[taken++] = i + shift;
        }
        if (taken == room.ids.length || (i == from + count - 1 && taken > 0)) {
          move(room, taken, ring, write);
          taken = 0;
        }
      }
    }

    private void move(Room room, int count, RowBuffer ring, boolean write) {
      store.read(room.ids, 0, count, room.whole, 0).await();
      for (int i = 0; i < count; i++) {
        if (write) {
          columns.write(ring, room.positions[i], room.whole, i);
        } else {
          columns.read(room.whole, i, ring, room.positions[i]);
        }
      }
      if (write) {
        store.write(room.ids, 0, count, room.whole, 0).await();
      }
    }
  }
}
