package dev.farsight.testkit.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Checks that a store is used as {@link RowStore} demands, and stops the caller with an {@link
 * AssertionError} that names the offence otherwise:
 *
 * <ul>
 *   <li>a row in two calls at once, unless both read it; or twice in one call
 *   <li>a row id outside the tables, a range outside the array or the buffer, rows of another
 *       format
 *   <li>a call after close, or close while a call is under way
 *   <li>a generation begun or left while a call is under way, or the current one begun anew
 * </ul>
 *
 * <p>The offending call does not reach the store. Costs a map entry per row of the calls under way.
 */
public final class AssertingRowStore extends ForwardingRowStore {

  /** A call that holds rows; compared by identity. */
  private static final class Claim {
    private final String call;
    private final boolean writes;
    private final String thread = Thread.currentThread().getName();

    Claim(String call) {
      this.call = call;
      this.writes = call.equals(WRITE);
    }

    @Override
    public String toString() {
      return call + " in thread " + thread;
    }
  }

  private static final String WRITE = "write";

  /** The calls that hold a row: several that read it, or one that writes it. */
  private final Map<Long, List<Claim>> underWay = new ConcurrentHashMap<>();

  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean closed;

  public AssertingRowStore(RowStore store) {
    super(store);
  }

  @Override
  public void expect(long[] rows, int from, int count) {
    enter("expect");
    try {
      checkRange("expect", rows, from, count);
      super.expect(rows, from, count);
    } finally {
      calls.decrementAndGet();
    }
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    return exclusively(
        "read",
        rows,
        from,
        count,
        target,
        targetRow,
        () -> super.read(rows, from, count, target, targetRow));
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    return exclusively(
        WRITE,
        rows,
        from,
        count,
        source,
        sourceRow,
        () -> super.write(rows, from, count, source, sourceRow));
  }

  private Ticket exclusively(
      String call,
      long[] rows,
      int from,
      int count,
      RowBuffer buffer,
      int bufferRow,
      Supplier<Ticket> body) {
    enter(call);
    var held = new Held(call, rows, from);
    try {
      checkRange(call, rows, from, count);
      checkBuffer(call, count, buffer, bufferRow);
      held.claim(count);
      Ticket ticket = body.get();
      if (ticket != Ticket.DONE) {
        return held.until(ticket);
      }
    } catch (RuntimeException | Error e) {
      held.release();
      throw e;
    }
    held.release();
    return Ticket.DONE;
  }

  /** The rows that a call holds, until its ticket is done and awaited. */
  private final class Held {
    private final Claim claim;
    private final long[] rows;
    private final int from;
    private final AtomicBoolean released = new AtomicBoolean();

    /** The row ids, which the caller may change before it may. */
    private long[] ids = {};

    /** How many of them are held. */
    private int count;

    Held(String call, long[] rows, int from) {
      this.claim = new Claim(call);
      this.rows = rows;
      this.from = from;
    }

    void claim(int all) {
      ids = Arrays.copyOfRange(rows, from, from + all);
      for (; count < all; count++) {
        AssertingRowStore.this.claim(claim, ids[count]);
      }
    }

    Ticket until(Ticket ticket) {
      return () -> {
        try {
          ticket.await();
          if (!released.get() && !Arrays.equals(ids, 0, count, rows, from, from + count)) {
            throw new AssertionError("row ids were changed before the call's ticket was done");
          }
        } finally {
          if (!released.get()) {
            release();
          }
        }
      };
    }

    void release() {
      if (released.compareAndSet(false, true)) {
        for (int i = 0; i < count; i++) {
          AssertingRowStore.this.release(claim, ids[i]);
        }
        calls.decrementAndGet();
      }
    }
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    enter("written");
    try {
      super.written(fromRow, toRow, target);
    } finally {
      calls.decrementAndGet();
    }
  }

  @Override
  public long rowsHeld() {
    enter("rowsHeld");
    try {
      return super.rowsHeld();
    } finally {
      calls.decrementAndGet();
    }
  }

  @Override
  public boolean written(long row) {
    enter("written");
    try {
      checkRow("written", row);
      return super.written(row);
    } finally {
      calls.decrementAndGet();
    }
  }

  @Override
  public void flush() {
    enter("flush");
    try {
      super.flush();
    } finally {
      calls.decrementAndGet();
    }
  }

  @Override
  public void beginGeneration(int generation) {
    alone("beginGeneration", generation, () -> super.beginGeneration(generation));
  }

  @Override
  public void returnToGeneration(int generation) {
    alone("returnToGeneration", generation, () -> super.returnToGeneration(generation));
  }

  private void alone(String call, int generation, Runnable body) {
    enter(call);
    try {
      int others = calls.get() - 1;
      if (others > 0) {
        throw new AssertionError(call + " while " + others + " calls are under way");
      }
      if (generation == spec().initial().generation()) {
        throw new AssertionError(call + " of the current generation " + generation);
      }
      body.run();
    } finally {
      calls.decrementAndGet();
    }
  }

  @Override
  public StoreStats stats() {
    enter("stats");
    try {
      return super.stats();
    } finally {
      calls.decrementAndGet();
    }
  }

  @Override
  public void close() {
    closed = true;
    int left = calls.get();
    if (left > 0) {
      throw new AssertionError("close while " + left + " calls are under way");
    }
    super.close();
  }

  private void enter(String call) {
    calls.incrementAndGet();
    if (closed) {
      calls.decrementAndGet();
      throw new AssertionError(call + " after close");
    }
  }

  private void claim(Claim mine, long row) {
    underWay.compute(
        row,
        (id, others) -> {
          List<Claim> all = others == null ? new ArrayList<>() : others;
          all.forEach(other -> requireApart(other, mine, row));
          all.add(mine);
          return all;
        });
  }

  private static void requireApart(Claim other, Claim mine, long row) {
    if (other == mine) {
      throw new AssertionError("row " + row + " twice in one " + mine);
    }
    if (other.writes || mine.writes) {
      throw new AssertionError("row " + row + " in two calls at once: " + other + " and " + mine);
    }
  }

  private void release(Claim mine, long row) {
    underWay.computeIfPresent(
        row,
        (id, all) -> {
          all.remove(mine);
          return all.isEmpty() ? null : all;
        });
  }

  private void checkRange(String call, long[] rows, int from, int count) {
    if (from < 0 || count < 0 || from > rows.length - count) {
      throw new AssertionError(
          call + " of " + count + " rows from " + from + " in an array of " + rows.length);
    }
    for (int i = from; i < from + count; i++) {
      checkRow(call, rows[i]);
    }
  }

  private void checkRow(String call, long row) {
    long end = spec().tables().rows();
    if (row < 0 || row >= end) {
      throw new AssertionError(call + " of row " + row + ", the tables have " + end);
    }
  }

  private void checkBuffer(String call, int count, RowBuffer buffer, int bufferRow) {
    if (!buffer.format().equals(spec().format())) {
      throw new AssertionError(
          call + " with " + buffer.format() + ", the store has " + spec().format());
    }
    if (bufferRow < 0 || bufferRow > buffer.capacity() - count) {
      throw new AssertionError(
          call + " of " + count + " rows at " + bufferRow + " in a buffer of " + buffer.capacity());
    }
  }
}
