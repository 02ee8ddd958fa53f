package dev.farsight.engine.checkpoint;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;

/** The initial values of all rows. */
record UnwrittenRows(StoreSpec spec) implements RowReader {

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    for (int i = 0; i < count; i++) {
      spec.initial().fill(rows[from + i], target, targetRow + i);
    }
    return Ticket.DONE;
  }

  @Override
  public boolean written(long row) {
    return false;
  }

  @Override
  public long rowsHeld() {
    return 0;
  }

  @Override
  public StoreStats stats() {
    return new StoreStats(0, 0, 0);
  }

  @Override
  public void close() {}
}
