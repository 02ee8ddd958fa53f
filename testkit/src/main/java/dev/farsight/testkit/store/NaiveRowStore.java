package dev.farsight.testkit.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The oracle of row stores: a map from row id to the bytes of the row, one lock around everything.
 * Right by inspection and slow; a written row costs about 100 bytes beside its content.
 */
public final class NaiveRowStore implements RowStore {

  private StoreSpec spec;
  private final Map<Long, byte[]> written = new HashMap<>();
  private long rowsRead;
  private long rowsWritten;
  private boolean closed;

  public NaiveRowStore(StoreSpec spec) {
    this.spec = spec;
  }

  @Override
  public synchronized StoreSpec spec() {
    return spec;
  }

  @Override
  public synchronized Ticket read(
      long[] rows, int from, int count, RowBuffer target, int targetRow) {
    check(rows, from, count);
    for (int i = 0; i < count; i++) {
      int row = targetRow + i;
      target.bytes(row).put(target.byteAt(row), value(rows[from + i]));
      rowsRead++;
    }
    return Ticket.DONE;
  }

  @Override
  public synchronized Ticket write(
      long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    check(rows, from, count);
    for (int i = 0; i < count; i++) {
      var bytes = new byte[spec.format().bytes()];
      source.bytes(sourceRow + i).get(source.byteAt(sourceRow + i), bytes);
      written.put(rows[from + i], bytes);
      rowsWritten++;
    }
    return Ticket.DONE;
  }

  @Override
  public synchronized void written(long fromRow, long toRow, RowBits target) {
    for (long row : written.keySet()) {
      if (row >= fromRow && row < toRow) {
        target.add(row);
      }
    }
  }

  @Override
  public synchronized long rowsHeld() {
    return written.size();
  }

  /** The bytes of a row as {@link #read} gives them; a copy. */
  public synchronized byte[] value(long row) {
    byte[] bytes = written.get(row);
    return bytes != null ? bytes.clone() : initial(row);
  }

  private byte[] initial(long row) {
    var floats = FloatBuffer.allocate(spec.format().words());
    spec.initial().fill(row, floats, 0);
    var bytes = ByteBuffer.allocate(spec.format().bytes());
    bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().put(floats);
    return bytes.array();
  }

  @Override
  public synchronized boolean written(long row) {
    spec.tables().tableOf(row);
    return written.containsKey(row);
  }

  @Override
  public void flush() {}

  @Override
  public synchronized void beginGeneration(int generation) {
    requireOpen();
    written.clear();
    spec = spec.ofGeneration(generation);
  }

  @Override
  public synchronized StoreStats stats() {
    return new StoreStats(rowsRead, rowsWritten, (long) written.size() * spec.format().bytes());
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the row store is closed");
    }
  }

  private void check(long[] rows, int from, int count) {
    requireOpen();
    for (int i = 0; i < count; i++) {
      spec.tables().tableOf(rows[from + i]);
    }
  }
}
