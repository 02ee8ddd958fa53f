package dev.farsight.bench.store;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import java.nio.file.Path;

/** A row store of Farsight's. */
record StorePeer(String name, Path directory, RowStore store) implements Peer {

  @Override
  public Caller caller() {
    return new Caller() {
      @Override
      public void read(long[] ids, int count, RowBuffer into) {
        store.read(ids, 0, count, into, 0);
      }

      @Override
      public void write(long[] ids, int count, RowBuffer source) {
        store.write(ids, 0, count, source, 0);
      }

      @Override
      public void close() {
        // Nothing is the thread's own.
      }
    };
  }

  @Override
  public void flush() {
    store.flush();
  }

  @Override
  public void close() {
    store.close();
  }
}
