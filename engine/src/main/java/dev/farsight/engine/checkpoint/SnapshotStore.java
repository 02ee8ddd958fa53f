package dev.farsight.engine.checkpoint;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;

/**
 * Wraps any row store, together with its tiers, and reports every write to a {@link RowHistory},
 * which preserves the rows of checkpoints.
 *
 * <p><b>Cost.</b> Reads have no extra cost. A write checks one bit a row; the first write of a row
 * after a checkpoint may also read its old value and wait until that value is safe. Does not own
 * the history.
 */
final class SnapshotStore extends ForwardingRowStore {

  private final RowHistory history;

  SnapshotStore(RowStore store, RowHistory history) {
    super(store);
    this.history = history;
  }

  @Override
  public void expectWrites(long[] rows, int from, int count) {
    history.beforeWrite(rows, from, count);
    super.expectWrites(rows, from, count);
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    history.beforeWrite(rows, from, count);
    Ticket ticket = super.write(rows, from, count, source, sourceRow);
    history.afterWrite(rows, from, count);
    return ticket;
  }

  @Override
  public void beginGeneration(int generation) {
    super.beginGeneration(generation);
    history.beginGeneration();
  }

  @Override
  public void returnToGeneration(int generation) {
    super.returnToGeneration(generation);
    history.beginGeneration();
  }
}
