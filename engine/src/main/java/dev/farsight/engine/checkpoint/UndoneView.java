package dev.farsight.engine.checkpoint;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import java.util.HashMap;
import java.util.Map;

/**
 * A persistent store as it was at a checkpoint, to be read only: rows that its undo logs have come
 * from there, all others from the store, which is not changed. Holds the rows of the logs in
 * memory, some 100 bytes each beside their values. Does not own the store.
 */
final class UndoneView implements RowStore {

  private final RowStore store;

  /** Values of rows changed since; an empty one where the row had never been written. */
  private final Map<Long, float[]> old = new HashMap<>();

  UndoneView(RowStore store, CheckpointDirectory directory, long run, long step) {
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
      block.values().floats(i).get(block.values().wordAt(i), value);
      old.put(block.ids()[i], value);
    }
  }

  @Override
  public StoreSpec spec() {
    return store.spec();
  }

  @Override
  public void read(long[] rows, int from, int count, RowBuffer into, int at) {
    store.read(rows, from, count, into, at);
    for (int i = 0; i < count; i++) {
      float[] value = old.get(rows[from + i]);
      if (value != null && value.length == 0) {
        spec().initial().fill(rows[from + i], into, at + i);
      } else if (value != null) {
        into.floats(at + i).put(into.wordAt(at + i), value);
      }
    }
  }

  @Override
  public void write(long[] rows, int from, int count, RowBuffer source, int at) {
    throw new UnsupportedOperationException("a checkpoint is read only");
  }

  @Override
  public boolean written(long row) {
    float[] value = old.get(row);
    return value == null ? store.written(row) : value.length > 0;
  }

  @Override
  public void flush() {}

  @Override
  public StoreStats stats() {
    return store.stats();
  }

  @Override
  public void close() {}
}
