package dev.farsight.api.store;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowLayout;
import dev.farsight.api.table.TableSet;
import java.nio.file.Path;

/**
 * What a store is opened with.
 *
 * @param tables the tables whose rows it holds
 * @param layout what a row consists of
 * @param initial the value of rows never written
 * @param own the section {@code farsight.storage.NAME}
 * @param threads how many threads the store may use within a call or for work of its own
 * @param directory where a store that keeps files puts them unless its settings name another place;
 *     null where there is no run, as in a forecast
 */
public record StoreSpec(
    TableSet tables,
    RowLayout layout,
    InitialRows initial,
    Settings own,
    int threads,
    Path directory) {

  /** For stores that keep no files, or whose settings say where. */
  public StoreSpec(
      TableSet tables, RowLayout layout, InitialRows initial, Settings own, int threads) {
    this(tables, layout, initial, own, threads, null);
  }

  /** Bytes of all rows. */
  public long bytes() {
    return tables.rows() * layout.bytes();
  }
}
