package dev.farsight.engine.attribution;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.util.Optional;

/** A plugin's row reader. */
class AttributedReader implements RowReader {

  private final RowReader reader;
  private final PluginCalls calls;
  private final String type;
  private final AttributedTickets reads;

  /**
   * @param type what messages call the interface
   */
  AttributedReader(RowReader reader, PluginCalls calls, String type) {
    this.reader = reader;
    this.calls = calls;
    this.type = type;
    reads = new AttributedTickets(calls, type + ".read");
  }

  final FarsightException failure(String method, Throwable e) {
    return calls.failure(type + "." + method, e);
  }

  @Override
  public StoreSpec spec() {
    try {
      return calls.nonNull(type + ".spec", reader.spec());
    } catch (RuntimeException | Error e) {
      throw failure("spec", e);
    }
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    try {
      return reads.of(reader.read(rows, from, count, target, targetRow));
    } catch (RuntimeException | Error e) {
      throw failure("read", e);
    }
  }

  @Override
  public boolean written(long row) {
    try {
      return reader.written(row);
    } catch (RuntimeException | Error e) {
      throw failure("written", e);
    }
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    try {
      reader.written(fromRow, toRow, target);
    } catch (RuntimeException | Error e) {
      throw failure("written", e);
    }
  }

  @Override
  public long rowsHeld() {
    try {
      return reader.rowsHeld();
    } catch (RuntimeException | Error e) {
      throw failure("rowsHeld", e);
    }
  }

  @Override
  public Optional<StoreIdentity> identity() {
    return calls.get(type + ".identity", reader::identity);
  }

  @Override
  public StoreStats stats() {
    return calls.get(type + ".stats", reader::stats);
  }

  @Override
  public void close() {
    calls.run(type + ".close", reader::close);
  }
}
