package dev.farsight.testkit.store;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;

/** A small store spec and rows for it. */
final class TestRows {

  static final RowFormat FORMAT = RowFormat.of(2, 1);

  private TestRows() {}

  static StoreSpec spec() {
    var tables = StoreCases.tables(10, 20);
    return new StoreSpec(
        tables,
        FORMAT,
        new InitialRows(tables, FORMAT, 1),
        Settings.of("farsight.storage.test", ConfigFactory.empty()),
        1);
  }

  /** Rows whose floats are all {@code value}. */
  static RowBuffer rows(int count, float value) {
    RowBuffer rows = RowBuffer.allocate(FORMAT, count, HostBuffers.plain());
    for (int f = 0; f < count * FORMAT.words(); f++) {
      rows.floats().put(f, value);
    }
    return rows;
  }
}
