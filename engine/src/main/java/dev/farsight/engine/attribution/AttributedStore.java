package dev.farsight.engine.attribution;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import java.util.Set;

/** A plugin's row store. */
final class AttributedStore extends AttributedReader implements RowStore {

  private static final String TYPE = "RowStore";

  private final RowStore store;
  private final AttributedTickets writes;

  AttributedStore(RowStore store, PluginCalls calls) {
    super(store, calls, TYPE);
    this.store = store;
    writes = new AttributedTickets(calls, TYPE + ".write");
  }

  @Override
  public void expect(long[] rows, int from, int count) {
    try {
      store.expect(rows, from, count);
    } catch (RuntimeException | Error e) {
      throw failure("expect", e);
    }
  }

  @Override
  public void expectWrites(long[] rows, int from, int count) {
    try {
      store.expectWrites(rows, from, count);
    } catch (RuntimeException | Error e) {
      throw failure("expectWrites", e);
    }
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    try {
      return writes.of(store.write(rows, from, count, source, sourceRow));
    } catch (RuntimeException | Error e) {
      throw failure("write", e);
    }
  }

  @Override
  public void flush() {
    try {
      store.flush();
    } catch (RuntimeException | Error e) {
      throw failure("flush", e);
    }
  }

  @Override
  public void beginGeneration(int generation) {
    try {
      store.beginGeneration(generation);
    } catch (RuntimeException | Error e) {
      throw failure("beginGeneration", e);
    }
  }

  @Override
  public void returnToGeneration(int generation) {
    try {
      store.returnToGeneration(generation);
    } catch (RuntimeException | Error e) {
      throw failure("returnToGeneration", e);
    }
  }

  @Override
  public void keepGenerations(Set<Integer> generations) {
    try {
      store.keepGenerations(generations);
    } catch (RuntimeException | Error e) {
      throw failure("keepGenerations", e);
    }
  }
}
