package dev.farsight.engine.predict;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.model.InitialWeights;
import java.util.Objects;

/** Rows that were never written, as float32 weights: all of them are drawn. Takes no memory. */
final class DrawnRows implements RowReader {

  private final StoreSpec spec;
  private final InitialWeights initial;

  DrawnRows(InitialRows rows) {
    initial = new InitialWeights(rows);
    spec =
        new StoreSpec(
            rows.tables(),
            initial.format(),
            initial.asFloat32(),
            Settings.of("farsight.storage", ConfigFactory.empty()),
            1);
  }

  @Override
  public StoreSpec spec() {
    return spec;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    spec.check(rows, from, count, target, targetRow);
    TableSet tables = spec.tables();
    for (int i = 0; i < count; i++) {
      long row = rows[from + i];
      int table = tables.tableOf(row);
      initial.fill(table, tables.indexOf(table, row), target, targetRow + i);
    }
    return Ticket.DONE;
  }

  @Override
  public boolean written(long row) {
    long unused = Objects.checkIndex(row, spec.tables().rows());
    return false;
  }

  @Override
  public long rowsHeld() {
    return 0;
  }

  @Override
  public StoreStats stats() {
    return new StoreStats(0, 0, 0);
  }

  @Override
  public void close() {}
}
