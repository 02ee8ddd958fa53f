package dev.farsight.storage.offheap;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.internal.BufferRowBits;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.OpenGuard;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.TableSet;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * All rows in the off-heap memory of this process. Rows never written hold nothing: a bit a row
 * tells them apart, and reading one computes its initial value in the reader's buffer, or its seed.
 *
 * <p><b>Cost.</b> A row is one bulk copy and the look at its bit, whatever the size of the tables;
 * nothing is allocated. Random rows are bound by memory latency, so a read first touches a block of
 * rows, whose cache misses then overlap.
 *
 * <p><b>Threads.</b> Calls run on the caller's thread, and several may run at once on disjoint
 * rows: the caller cuts a batch into slices. Close waits for calls under way.
 *
 * <p><b>Memory.</b> {@code rows * (row bytes + 1/8)}, taken page by page as rows are written, or at
 * the start. Nothing is durable: flush does nothing.
 *
 * <p><b>Generations.</b> Beginning one clears the bits. The memory of rows that were written stays,
 * and is written over.
 */
final class OffHeapStore implements RowStore {

  /** Rows that a read touches before it copies them; their bits fit a long. */
  private static final int BLOCK = 64;

  private volatile StoreSpec spec;
  private final Mapping mapping;
  private final RowMemory memory;
  private final BufferRowBits written;
  private final long rowCount;
  private final int rowBytes;

  private final OpenGuard guard = new OpenGuard();

  private final LongAdder rowsRead = new LongAdder();
  private final LongAdder rowsWritten = new LongAdder();

  /** A store in zeroed memory of {@link #bytes(StoreSpec)}, which it owns from now on. */
  OffHeapStore(StoreSpec spec, Mapping mapping) {
    this.spec = spec;
    this.mapping = mapping;
    this.rowCount = spec.tables().rows();
    this.rowBytes = spec.format().bytes();
    this.memory = new RowMemory(mapping, rowCount, rowBytes);
    this.written =
        new BufferRowBits(
            mapping.views(bitsAt(spec), BufferRowBits.bytes(rowCount), BufferRowBits.VIEW_BYTES));
  }

  /** Memory of rows and bits together. */
  static long bytes(StoreSpec spec) {
    return bitsAt(spec) + BufferRowBits.bytes(spec.tables().rows());
  }

  private static long bitsAt(StoreSpec spec) {
    return (spec.bytes() + Long.BYTES - 1) & -Long.BYTES;
  }

  @Override
  public StoreSpec spec() {
    return spec;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    long call = guard.begin();
    try {
      spec.check(rows, from, count, target, targetRow);
      for (int done = 0; done < count; done += BLOCK) {
        readBlock(rows, from + done, Math.min(BLOCK, count - done), target, targetRow + done);
      }
    } finally {
      guard.end(call);
    }
    rowsRead.add(count);
    return Ticket.DONE;
  }

  private void readBlock(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    long present = touch(rows, from, count);
    for (int i = 0; i < count; i++) {
      if ((present >>> i & 1) != 0) {
        long row = rows[from + i];
        int to = targetRow + i;
        target.bytes(to).put(target.byteAt(to), memory.view(row), memory.byteAt(row), rowBytes);
      }
    }
    if (present != -1L >>> (BLOCK - count)) {
      fillInitial(rows, from, count, ~present, target, targetRow);
    }
  }

  /**
   * Loads a piece of every written row of a block, one right after the other, so that the misses
   * overlap; a copy each would wait for its own.
   *
   * @return which of the rows were written, a bit each
   */
  private long touch(long[] rows, int from, int count) {
    long present = 0;
    int touched = 0;
    for (int i = 0; i < count; i++) {
      long row = rows[from + i];
      if (written.contains(row)) {
        present |= 1L << i;
        touched += memory.view(row).getInt(memory.byteAt(row));
      }
    }
    if (touched == 0x5EED_5EED) {
      // Harmless, and keeps the compiler from leaving out loads whose result nobody uses.
      Thread.onSpinWait();
    }
    return present;
  }

  private void fillInitial(
      long[] rows, int from, int count, long absent, RowBuffer target, int targetRow) {
    InitialRows initial = spec.initial();
    TableSet tables = initial.tables();
    int table = 0;
    // Rows come table by table, mostly: look for the table only when it changes.
    long start = 0;
    long end = 0;
    for (int i = 0; i < count; i++) {
      if ((absent >>> i & 1) != 0) {
        long row = rows[from + i];
        if (row < start || row >= end) {
          table = tables.tableOf(row);
          start = tables.offset(table);
          end = tables.offset(table + 1);
        }
        initial.fill(table, (int) (row - start), target, targetRow + i);
      }
    }
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    long call = guard.begin();
    try {
      spec.check(rows, from, count, source, sourceRow);
      for (int i = 0; i < count; i++) {
        long row = rows[from + i];
        int at = sourceRow + i;
        memory.view(row).put(memory.byteAt(row), source.bytes(at), source.byteAt(at), rowBytes);
        written.add(row);
      }
    } finally {
      guard.end(call);
    }
    rowsWritten.add(count);
    return Ticket.DONE;
  }

  @Override
  public boolean written(long row) {
    long call = guard.begin();
    try {
      return written.contains(Objects.checkIndex(row, rowCount));
    } finally {
      guard.end(call);
    }
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    Objects.checkFromToIndex(fromRow, toRow, rowCount);
    long call = guard.begin();
    try {
      written.addTo(target, fromRow, toRow);
    } finally {
      guard.end(call);
    }
  }

  @Override
  public long rowsHeld() {
    return written.count();
  }

  @Override
  public void flush() {}

  @Override
  public void beginGeneration(int generation) {
    long call = guard.begin();
    try {
      StoreSpec next = spec.ofGeneration(generation);
      written.clear();
      spec = next;
    } finally {
      guard.end(call);
    }
  }

  /** Counts since open; as bytes what is reserved, of which untouched pages take nothing. */
  @Override
  public StoreStats stats() {
    return new StoreStats(rowsRead.sum(), rowsWritten.sum(), mapping.bytes());
  }

  @Override
  public void close() {
    guard.close(mapping::close);
  }
}
