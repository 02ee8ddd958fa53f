package dev.farsight.engine.progress;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.util.Optional;

/** Passes reads on to other rows, and counts the rows read. Threads as of the other rows. */
public final class CountedReads implements RowReader {

  private final RowReader rows;
  private final ProgressMeter meter;

  /**
   * @param rows not owned
   */
  public CountedReads(RowReader rows, ProgressMeter meter) {
    this.rows = rows;
    this.meter = meter;
  }

  @Override
  public StoreSpec spec() {
    return rows.spec();
  }

  @Override
  public Ticket read(long[] ids, int from, int count, RowBuffer target, int targetRow) {
    Ticket ticket = rows.read(ids, from, count, target, targetRow);
    meter.add(count);
    return ticket;
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
  public Optional<StoreIdentity> identity() {
    return rows.identity();
  }

  @Override
  public StoreStats stats() {
    return rows.stats();
  }

  /** Does nothing: the rows are not owned. */
  @Override
  public void close() {}
}
