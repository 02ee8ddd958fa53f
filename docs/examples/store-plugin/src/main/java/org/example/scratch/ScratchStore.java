package org.example.scratch;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.OpenGuard;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * Rows in a scratch file, row r at byte r * {@code format.bytes()}. The operating system's page
 * cache keeps in memory what there is room for.
 *
 * <p><b>Cost.</b> A system call for each row that was written before, or is written now. Beginning a
 * generation costs nothing: the rows of the one before it are no longer known, and are written over.
 *
 * <p><b>Threads.</b> Any number; calls run on the caller's thread.
 *
 * <p><b>Memory.</b> A bit for each row of the tables, in pages of 2^18 rows, and a row for each
 * thread that calls.
 */
final class ScratchStore implements RowStore {

  /** The rows never written, and which rows are no longer among them. */
  private record Generation(StoreSpec spec, RowBits written, LongAdder held) {

    static Generation of(StoreSpec spec) {
      return new Generation(spec, new RowBits(spec.tables().rows()), new LongAdder());
    }
  }

  private final ScratchFile file;
  private final int rowBytes;

  /** A row on its way between file and buffers, whose positions other threads may be using. */
  private final ThreadLocal<ByteBuffer> oneRow;

  private final OpenGuard guard = new OpenGuard();
  private final LongAdder rowsRead = new LongAdder();
  private final LongAdder rowsWritten = new LongAdder();
  private volatile Generation current;

  /** An empty store in an empty file, which it owns from now on. */
  ScratchStore(StoreSpec spec, ScratchFile file) {
    this.file = file;
    rowBytes = spec.format().bytes();
    oneRow = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(rowBytes));
    current = Generation.of(spec);
  }

  @Override
  public StoreSpec spec() {
    return current.spec;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    long call = guard.begin();
    try {
      Generation now = current;
      now.spec.check(rows, from, count, target, targetRow);
      for (int i = 0; i < count; i++) {
        long row = rows[from + i];
        if (now.written.contains(row)) {
          readRow(row, target, targetRow + i);
        } else {
          now.spec.initial().fill(row, target, targetRow + i);
        }
      }
    } finally {
      guard.end(call);
    }
    rowsRead.add(count);
    return Ticket.DONE;
  }

  private void readRow(long row, RowBuffer target, int targetRow) {
    ByteBuffer bytes = oneRow.get().clear();
    file.read(bytes, row * rowBytes);
    target.bytes(targetRow).put(target.byteAt(targetRow), bytes, 0, rowBytes);
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    long call = guard.begin();
    try {
      Generation now = current;
      now.spec.check(rows, from, count, source, sourceRow);
      for (int i = 0; i < count; i++) {
        long row = rows[from + i];
        writeRow(row, source, sourceRow + i);
        if (now.written.add(row)) {
          now.held.increment();
        }
      }
    } finally {
      guard.end(call);
    }
    rowsWritten.add(count);
    return Ticket.DONE;
  }

  private void writeRow(long row, RowBuffer source, int sourceRow) {
    ByteBuffer bytes = oneRow.get().clear();
    bytes.put(0, source.bytes(sourceRow), source.byteAt(sourceRow), rowBytes);
    file.write(bytes, row * rowBytes);
  }

  @Override
  public boolean written(long row) {
    Generation now = current;
    return now.written.contains(Objects.checkIndex(row, now.spec.tables().rows()));
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    Generation now = current;
    Objects.checkFromToIndex(fromRow, toRow, now.spec.tables().rows());
    target.addAll(now.written, fromRow, toRow);
  }

  @Override
  public long rowsHeld() {
    return current.held.sum();
  }

  /** Nothing outlives the process, so there is nothing to make durable. */
  @Override
  public void flush() {}

  @Override
  public void beginGeneration(int generation) {
    current = Generation.of(current.spec.ofGeneration(generation));
  }

  @Override
  public StoreStats stats() {
    return new StoreStats(rowsRead.sum(), rowsWritten.sum(), rowsHeld() * rowBytes);
  }

  @Override
  public void close() {
    guard.close(file::close);
  }
}
