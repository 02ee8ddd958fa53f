package dev.farsight.engine.checkpoint;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.util.HashMap;
import java.util.Map;

/**
 * A read-only view of a persistent store as it was at a checkpoint. Rows that are in the undo logs
 * are read from there, all others from the store. The store is not changed. Does not own the store.
 *
 * <p><b>Memory.</b> Holds the rows of the undo logs: their values, and about 100 bytes more for
 * each row.
 */
final class CheckpointView implements RowReader {

  private final RowReader store;

  /**
   * Values at the checkpoint of rows that were changed since; empty for a row that had never been
   * written.
   */
  private final Map<Long, float[]> oldValues = new HashMap<>();

  CheckpointView(RowReader store, CheckpointDirectory directory, long runId, long step) {
    this.store = store;
    for (long logStep : UndoHistory.checkLogs(store.spec().format(), directory, runId, step)) {
      try (var reader = directory.openUndo(logStep, store.spec().format(), runId)) {
        while (reader.advance()) {
          remember(reader);
        }
      }
    }
  }

  /** Logs are read newest first, so the last value put for a row is its oldest. */
  private void remember(RowLogReader block) {
    for (int i = 0; i < block.count(); i++) {
      var value = new float[block.neverWritten(i) ? 0 : store.spec().format().words()];
      if (value.length > 0) {
        block.values().get(i, value);
      }
      oldValues.put(block.ids()[i], value);
    }
  }

  @Override
  public StoreSpec spec() {
    return store.spec();
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    store.read(rows, from, count, target, targetRow).await();
    for (int i = 0; i < count; i++) {
      float[] value = oldValues.get(rows[from + i]);
      if (value != null && value.length == 0) {
        spec().initial().fill(rows[from + i], target, targetRow + i);
      } else if (value != null) {
        if (target.seeds() != null) {
          target.seeds().clear(targetRow + i, 1);
        }
        target.put(targetRow + i, value);
      }
    }
    return Ticket.DONE;
  }

  @Override
  public boolean written(long row) {
    float[] value = oldValues.get(row);
    return value == null ? store.written(row) : value.length > 0;
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    store.written(fromRow, toRow, target);
    oldValues.forEach(
        (row, value) -> {
          if (value.length == 0 && row >= fromRow && row < toRow) {
            target.remove(row);
          }
        });
  }

  @Override
  public long rowsHeld() {
    return store.rowsHeld()
        - oldValues.entrySet().stream()
            .filter(e -> e.getValue().length == 0 && store.written(e.getKey()))
            .count();
  }

  @Override
  public StoreStats stats() {
    return store.stats();
  }

  @Override
  public void close() {}
}
