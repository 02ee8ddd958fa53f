package dev.farsight.engine.tier;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowReader;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;

/** A reader in the place of a store that is never written to. */
final class ReadOnlyStore extends ForwardingRowReader implements RowStore {

  ReadOnlyStore(RowReader rows) {
    super(rows);
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
}
