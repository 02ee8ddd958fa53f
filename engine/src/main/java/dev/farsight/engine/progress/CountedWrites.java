package dev.farsight.engine.progress;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;

/** Passes every call on to another store, and counts the rows written. */
public final class CountedWrites extends ForwardingRowStore {

  private final ProgressMeter meter;

  public CountedWrites(RowStore store, ProgressMeter meter) {
    super(store);
    this.meter = meter;
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    Ticket ticket = super.write(rows, from, count, source, sourceRow);
    meter.add(count);
    return ticket;
  }
}
