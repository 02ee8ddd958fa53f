package dev.farsight.engine.checkpoint;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import java.util.Optional;

/**
 * A row store whose rows can be had as they were at a checkpoint, while it is written on. Stands
 * around any store, outside of its tiers, and tells a {@link RowHistory} of every write.
 *
 * <p>Reads cost nothing more. A write looks at one bit a row; the first write of a row since a
 * checkpoint may also read its old value and wait until that is safe. Does not own the history.
 */
final class SnapshotStore implements RowStore {

  private final RowStore store;
  private final RowHistory history;

  SnapshotStore(RowStore store, RowHistory history) {
    this.store = store;
    this.history = history;
  }

  @Override
  public StoreSpec spec() {
    return store.spec();
  }

  @Override
  public void expect(long[] rows, int from, int count) {
    store.expect(rows, from, count);
  }

  @Override
  public void expectWrites(long[] rows, int from, int count) {
    history.beforeWrite(rows, from, count);
    store.expectWrites(rows, from, count);
  }

  @Override
  public void read(long[] rows, int from, int count, RowBuffer into, int at) {
    store.read(rows, from, count, into, at);
  }

  @Override
  public void write(long[] rows, int from, int count, RowBuffer source, int at) {
    history.beforeWrite(rows, from, count);
    store.write(rows, from, count, source, at);
    history.afterWrite(rows, from, count);
  }

  @Override
  public boolean written(long row) {
    return store.written(row);
  }

  @Override
  public void flush() {
    store.flush();
  }

  @Override
  public Optional<StoreIdentity> identity() {
    return store.identity();
  }

  @Override
  public StoreStats stats() {
    return store.stats();
  }

  @Override
  public void close() {
    store.close();
  }
}
