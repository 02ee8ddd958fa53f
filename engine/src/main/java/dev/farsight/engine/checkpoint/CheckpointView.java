package dev.farsight.engine.checkpoint;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;

/**
 * The rows of a checkpoint. Rows in its row files or undo logs are read from there, all others from
 * the rows below: a persistent store, or initial values. Changes nothing. Memory: that of {@link
 * LoggedRows}. Does not own the rows below.
 */
final class CheckpointView implements RowReader {

  private final RowReader below;
  private final LoggedRows logged;
  private final long rowsHeld;

  /**
   * @param logged owned by this object from now on
   */
  CheckpointView(RowReader below, LoggedRows logged) {
    this.below = below;
    this.logged = logged;
    rowsHeld = countRowsHeld();
  }

  private long countRowsHeld() {
    long held = below.rowsHeld();
    for (long row = logged.rows().next(0); row >= 0; row = logged.rows().next(row + 1)) {
      held += (logged.neverWritten(row) ? 0 : 1) - (below.written(row) ? 1 : 0);
    }
    return held;
  }

  @Override
  public StoreSpec spec() {
    return below.spec();
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    below.read(rows, from, count, target, targetRow).await();
    for (int i = 0; i < count; i++) {
      long row = rows[from + i];
      if (!logged.contains(row)) {
        continue;
      }
      if (target.seeds() != null) {
        target.seeds().clear(targetRow + i, 1);
      }
      if (logged.neverWritten(row)) {
        spec().initial().fill(row, target, targetRow + i);
      } else {
        logged.read(row, target, targetRow + i);
      }
    }
    return Ticket.DONE;
  }

  @Override
  public boolean written(long row) {
    return logged.contains(row) ? !logged.neverWritten(row) : below.written(row);
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    below.written(fromRow, toRow, target);
    long row = logged.rows().next(fromRow);
    for (; row >= 0 && row < toRow; row = logged.rows().next(row + 1)) {
      if (logged.neverWritten(row)) {
        target.remove(row);
      } else {
        target.add(row);
      }
    }
  }

  @Override
  public long rowsHeld() {
    return rowsHeld;
  }

  @Override
  public StoreStats stats() {
    return below.stats();
  }

  @Override
  public void close() {
    logged.close();
  }
}
