package dev.farsight.engine.checkpoint;

import dev.farsight.api.table.RowBits;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import java.util.HashMap;
import java.util.Map;

/**
 * A persistent store as it was at a checkpoint, to be read only: rows that its undo logs have come
 * from there, all others from the store, which is not changed. Holds the rows of the logs in
 * memory, some 100 bytes each beside their values. Does not own the store.
 */
final class UndoneView implements RowReader {

  private final RowReader store;

  /** Values of rows changed since; an empty one where the row had never been written. */
  private final Map<Long, float[]> old = new HashMap<>();

  UndoneView(RowReader store, CheckpointDirectory directory, long run, long step) {
    this.store = store;
    for (long log : UndoneRows.checkLogs(store.spec().format(), directory, run, step)) {
      try (var reader = directory.undo(log, store.spec().format(), run)) {
        while (reader.advance()) {
          remember(reader);
        }
      }
    }
  }

  /** Logs come newest first: the last value remembered is the oldest. */
  private void remember(RowLogReader block) {
    for (int i = 0; i < block.count(); i++) {
      var value = new float[block.fresh(i) ? 0 : store.spec().format().words()];
      if (value.length > 0) {
        block.values().get(i, value);
      }
      old.put(block.ids()[i], value);
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
      float[] value = old.get(rows[from + i]);
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
    float[] value = old.get(row);
    return value == null ? store.written(row) : value.length > 0;
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    store.written(fromRow, toRow, target);
    old.forEach(
        (row, value) -> {
          if (value.length == 0 && row >= fromRow && row < toRow) {
            target.remove(row);
          }
        });
  }

  @Override
  public long rowsHeld() {
    return store.rowsHeld()
        - old.entrySet().stream()
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
