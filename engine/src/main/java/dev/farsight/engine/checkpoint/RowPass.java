package dev.farsight.engine.checkpoint;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.RowBits;

/**
 * Visits each row of a set once, with its value of the moment at which the pass was created, while
 * the store is being written. One thread visits the rows block by block ({@link #finish}). If a row
 * is about to be overwritten before, then the thread that overwrites it visits the row first
 * ({@link #beforeWrite}). One block is visited at a time.
 *
 * <p><b>Memory.</b> One block of {@link RowLog}.
 */
final class RowPass {

  private final RowReader store;
  private final Visitor visitor;

  /** Rows to visit. A row is removed after its visit, under the lock. */
  private final RowBits pending;

  private final long[] ids;
  private final RowBuffer values;
  private volatile RuntimeException failure;

  /** Receives rows, one call at a time. */
  @FunctionalInterface
  interface Visitor {
    void visit(long[] ids, int count, RowBuffer values);
  }

  /**
   * @param rows the rows to visit; owned by this object from now on
   */
  RowPass(RowReader store, RowBits rows, Visitor visitor) {
    this.store = store;
    this.visitor = visitor;
    pending = rows;
    ids = new long[RowLog.maxBlockRows(store.spec().format())];
    values = RowBuffer.allocate(store.spec().format(), ids.length, HostBuffers.plain());
  }

  /** Visits those of the given rows that were not visited yet; they are about to be overwritten. */
  void beforeWrite(long[] rows, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (pending.contains(rows[i])) {
        visitPending(rows, i, from + count);
        return;
      }
    }
  }

  private synchronized void visitPending(long[] rows, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      if (pending.contains(rows[i])) {
        ids[count++] = rows[i];
      }
      if (count == ids.length || i == to - 1) {
        readAndVisit(count);
        count = 0;
      }
    }
  }

  /**
   * As {@link #beforeWrite}, for a caller that has already read the rows.
   *
   * @param readValues the rows' values, in the order of {@code rows}
   */
  synchronized void beforeWrite(long[] rows, int count, RowBuffer readValues) {
    int visited = 0;
    for (int i = 0; i < count; i++) {
      if (pending.contains(rows[i])) {
        ids[visited] = rows[i];
        readValues.copyRow(i, values, visited++);
      }
    }
    visit(visited);
  }

  /**
   * Visits all rows that were not visited yet.
   *
   * @throws RuntimeException the first failure of a visit, also of one before a write
   */
  void finish() {
    for (long row = 0; row >= 0; ) {
      row = visitBlock(row);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Visits a block of rows from {@code row} on; returns the next row to visit, or -1. */
  private synchronized long visitBlock(long row) {
    int count = 0;
    long next = pending.next(row);
    while (next >= 0 && count < ids.length) {
      ids[count++] = next;
      next = pending.next(next + 1);
    }
    readAndVisit(count);
    return next;
  }

  private void readAndVisit(int count) {
    if (count > 0 && failure == null) {
      try {
        store.read(ids, 0, count, values, 0).await();
      } catch (RuntimeException e) {
        failure = e;
      }
      visit(count);
    }
  }

  /** Visits the first {@code count} rows of {@link #ids}, whose values were read. */
  private void visit(int count) {
    if (count == 0 || failure != null) {
      return;
    }
    try {
      visitor.visit(ids, count, values);
    } catch (RuntimeException e) {
      // Training continues; finish() throws the failure.
      failure = e;
    }
    for (int i = 0; i < count; i++) {
      pending.remove(ids[i]);
    }
  }
}
