package dev.farsight.api.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowBits;
import java.util.Optional;
import java.util.Set;

/**
 * Passes every call on to another store. Wrappers extend this class and override the methods that
 * they change.
 */
public abstract class ForwardingRowStore implements RowStore {

  private final RowStore store;

  protected ForwardingRowStore(RowStore store) {
    this.store = store;
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
    store.expectWrites(rows, from, count);
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    return store.read(rows, from, count, target, targetRow);
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    return store.write(rows, from, count, source, sourceRow);
  }

  @Override
  public boolean written(long row) {
    return store.written(row);
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    store.written(fromRow, toRow, target);
  }

  @Override
  public long rowsHeld() {
    return store.rowsHeld();
  }

  @Override
  public void flush() {
    store.flush();
  }

  @Override
  public void beginGeneration(int generation) {
    store.beginGeneration(generation);
  }

  @Override
  public void returnToGeneration(int generation) {
    store.returnToGeneration(generation);
  }

  @Override
  public void keepGenerations(Set<Integer> generations) {
    store.keepGenerations(generations);
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
