package dev.farsight.engine.pipeline;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;

/**
 * What a {@link RowMover} reads and writes: the rows of a store, or a rank's columns of them. As a
 * {@link RowStore}, whose methods these are.
 */
public interface MovedRows {

  /** Copies rows to a ring. */
  Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow);

  /** Announces writes. */
  void expectWrites(long[] rows, int from, int count);

  /** Copies rows from a ring. */
  Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow);

  /** Whole rows. */
  static MovedRows of(RowStore store) {
    return new MovedRows() {
      @Override
      public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
        return store.read(rows, from, count, target, targetRow);
      }

      @Override
      public void expectWrites(long[] rows, int from, int count) {
        store.expectWrites(rows, from, count);
      }

      @Override
      public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
        return store.write(rows, from, count, source, sourceRow);
      }
    };
  }
}
