package dev.farsight.engine.tier;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;

/** A reader in the place of a store that is never written to. */
record ReadOnlyStore(RowReader rows) implements RowStore {

  @Override
  public StoreSpec spec() {
    return rows.spec();
  }

  @Override
  public Ticket read(long[] ids, int from, int count, RowBuffer target, int targetRow) {
    return rows.read(ids, from, count, target, targetRow);
  }

  @Override
  public boolean written(long row) {
    return rows.written(row);
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    rows.written(fromRow, toRow, target);
  }

  @Override
  public long rowsHeld() {
    return rows.rowsHeld();
  }

  @Override
  public StoreStats stats() {
    return rows.stats();
  }

  @Override
  public Ticket write(long[] ids, int from, int count, RowBuffer source, int sourceRow) {
    throw new UnsupportedOperationException("the rows are only read");
  }

  @Override
  public void flush() {}

  @Override
  public void beginGeneration(int generation) {
    throw new UnsupportedOperationException("the rows are only read");
  }

  @Override
  public void close() {
    rows.close();
  }
}
