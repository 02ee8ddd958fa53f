package dev.farsight.engine.share;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import java.util.function.LongPredicate;

/**
 * A store to which all rows of a model are written, and which keeps those of this process. A call
 * to the store below for each stretch of such rows, which is short where rows are divided by hash:
 * for loading, not for training. Does not own the store.
 */
public final class OwnWrites extends ForwardingRowStore {

  private final RowStore store;
  private final LongPredicate own;

  /**
   * @param own which rows are this process's
   */
  public OwnWrites(RowStore store, LongPredicate own) {
    super(store);
    this.store = store;
    this.own = own;
  }

  @Override
  public void expectWrites(long[] rows, int from, int count) {
    // Most of them are not written.
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    for (int start = 0; start < count; ) {
      int end = start;
      while (end < count && own.test(rows[from + end])) {
        end++;
      }
      if (end > start) {
        store.write(rows, from + start, end - start, source, sourceRow + start).await();
      }
      start = end + 1;
    }
    return Ticket.DONE;
  }
}
