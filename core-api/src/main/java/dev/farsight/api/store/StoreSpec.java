package dev.farsight.api.store;

import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a store is opened with.
 *
 * @param tables the tables whose rows it holds
 * @param format what a row consists of
 * @param initial the value of rows never written, which has the generation that is wanted
 * @param own the section {@code farsight.storage.NAME}
 * @param threads how many threads the store may use within a call or for work of its own
 * @param directory where a store that keeps files puts them unless its settings name another place;
 *     null where there is no run, as in a forecast
 */
public record StoreSpec(
    TableSet tables,
    RowFormat format,
    InitialRows initial,
    Settings own,
    int threads,
    Path directory) {

  /** For stores that keep no files, or whose settings say where. */
  public StoreSpec(
      TableSet tables, RowFormat format, InitialRows initial, Settings own, int threads) {
    this(tables, format, initial, own, threads, null);
  }

  /**
   * Checks the arguments of a call that reads or writes rows, before the call changes anything.
   *
   * @throws IndexOutOfBoundsException where the arrays are too short, or there is no such row
   * @throws IllegalArgumentException where the buffer is for rows of another format
   */
  public void check(long[] rows, int from, int count, RowBuffer buffer, int bufferRow) {
    Objects.checkFromIndexSize(from, count, rows.length);
    Objects.checkFromIndexSize(bufferRow, count, buffer.capacity());
    if (!buffer.format().equals(format)) {
      throw new IllegalArgumentException(buffer.format() + ", the store has " + format);
    }
    long all = tables.rows();
    for (int i = from; i < from + count; i++) {
      Objects.checkIndex(rows[i], all);
    }
  }

  /** Bytes of all rows. */
  public long bytes() {
    return tables.rows() * format.bytes();
  }
}
