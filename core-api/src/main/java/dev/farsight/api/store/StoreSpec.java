package dev.farsight.api.store;

import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The arguments with which a store is opened.
 *
 * @param tables the tables whose rows it holds
 * @param format the layout of a row
 * @param initial the values of rows never written, in the generation to open
 * @param own the section {@code farsight.storage.NAME}
 * @param threads how many threads the store may use within a call or for work of its own
 * @param directory the folder for the store's files, unless the store's settings name another
 *     folder; null if there is no run, as in a forecast
 * @param generations how many generations of rows a store that persists may have to keep at once; 1
 *     if the rows are never drawn anew
 */
public record StoreSpec(
    TableSet tables,
    RowFormat format,
    InitialRows initial,
    Settings own,
    int threads,
    Path directory,
    int generations) {

  /**
   * A spec without a directory, for stores that keep no files or whose settings name the folder.
   */
  public StoreSpec(
      TableSet tables, RowFormat format, InitialRows initial, Settings own, int threads) {
    this(tables, format, initial, own, threads, null);
  }

  /** A spec of one generation. */
  public StoreSpec(
      TableSet tables,
      RowFormat format,
      InitialRows initial,
      Settings own,
      int threads,
      Path directory) {
    this(tables, format, initial, own, threads, directory, 1);
  }

  /** The same store in another generation. */
  public StoreSpec ofGeneration(int generation) {
    return new StoreSpec(
        tables, format, initial.ofGeneration(generation), own, threads, directory, generations);
  }

  /**
   * Checks the arguments of a call that reads or writes rows, before the call changes anything.
   *
   * @throws IndexOutOfBoundsException if the array or the buffer is too short, or if there is no
   *     such row
   * @throws IllegalArgumentException if the buffer holds rows of another format
   */
  public void check(long[] rows, int from, int count, RowBuffer buffer, int bufferRow) {
    Objects.checkFromIndexSize(from, count, rows.length);
    Objects.checkFromIndexSize(bufferRow, count, buffer.capacity());
    if (!buffer.format().equals(format)) {
      throw new IllegalArgumentException(
          "the buffer has " + buffer.format() + ", the store has " + format);
    }
    long tableRows = tables.rows();
    for (int i = from; i < from + count; i++) {
      Objects.checkIndex(rows[i], tableRows);
    }
  }

  /** Bytes of all rows. */
  public long bytes() {
    return tables.rows() * format.bytes();
  }
}
