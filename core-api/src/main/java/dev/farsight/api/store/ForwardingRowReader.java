package dev.farsight.api.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowBits;
import java.util.Optional;

/**
 * Passes every call on to another reader. Wrappers extend this class and override the methods that
 * they change.
 */
public abstract class ForwardingRowReader implements RowReader {

  private final RowReader reader;

  protected ForwardingRowReader(RowReader reader) {
    this.reader = reader;
  }

  @Override
  public StoreSpec spec() {
    return reader.spec();
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    return reader.read(rows, from, count, target, targetRow);
  }

  @Override
  public boolean written(long row) {
    return reader.written(row);
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    reader.written(fromRow, toRow, target);
  }

  @Override
  public long rowsHeld() {
    return reader.rowsHeld();
  }

  @Override
  public Optional<StoreIdentity> identity() {
    return reader.identity();
  }

  @Override
  public StoreStats stats() {
    return reader.stats();
  }

  @Override
  public void close() {
    reader.close();
  }
}
