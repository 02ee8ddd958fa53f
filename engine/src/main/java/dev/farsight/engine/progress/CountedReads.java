package dev.farsight.engine.progress;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowReader;
import dev.farsight.api.store.RowReader;

/** Passes reads on to other rows, and counts the rows read. Threads as of the other rows. */
public final class CountedReads extends ForwardingRowReader {

  private final ProgressMeter meter;

  /**
   * @param rows not owned
   */
  public CountedReads(RowReader rows, ProgressMeter meter) {
    super(rows);
    this.meter = meter;
  }

  @Override
  public Ticket read(long[] ids, int from, int count, RowBuffer target, int targetRow) {
    Ticket ticket = super.read(ids, from, count, target, targetRow);
    meter.add(count);
    return ticket;
  }

  /** Does nothing: the rows are not owned. */
  @Override
  public void close() {}
}
