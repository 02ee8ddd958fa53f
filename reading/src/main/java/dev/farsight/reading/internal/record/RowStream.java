package dev.farsight.reading.internal.record;

import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.RecordFormat;
import dev.farsight.reading.internal.line.DataFile;
import dev.farsight.reading.internal.line.RecordReader;
import java.util.List;

/**
 * Reads all raw rows of several files, each file opened once and only when its turn comes, since
 * who writes one pipe after the other does so in their order. Not thread-safe.
 */
final class RowStream implements Rows {

  private final RecordFormat format;
  private final List<DataFile> files;
  private final LayoutFinder finder;
  private final ColumnSearch search;
  private final FileLayout[] layouts;
  private int file = -1;
  private RecordReader reader;

  /** Whether the reader is at a row that was not handed over. */
  private boolean atRow;

  private boolean anyRow;

  /** Rows handed over that columns were searched in. */
  private int searched;

  /**
   * Opens the first file that is not empty.
   *
   * @param columns those that are read
   * @param search looks at the first rows as they are read, since they cannot be read before
   * @throws dev.farsight.api.FarsightException if there is none, or it lacks a column
   */
  RowStream(RecordFormat format, Columns columns, List<DataFile> files, ColumnSearch search) {
    this.format = format;
    this.files = files;
    this.finder = new LayoutFinder(format, columns);
    this.search = search;
    this.layouts = new FileLayout[files.size()];
    try {
      if (!openNext()) {
        throw finder.allEmpty(files);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The layout of the first file. */
  FileLayout first() {
    return finder.first();
  }

  @Override
  public String place(int file, long number) {
    return files.get(file).place(number);
  }

  @Override
  public FileLayout layout(int number) {
    return layouts[number];
  }

  @Override
  public void read(RowBlock block, int count) {
    for (int row = 0; row < count && !block.full() && toRow(); row++) {
      if (!search.done()) {
        search();
      }
      block.add(reader, file);
      atRow = false;
    }
  }

  private void search() {
    search.look(reader, layouts[file]);
    if (++searched == ColumnSearch.RECORDS) {
      search.stopEarly();
      search.end(files);
    }
  }

  @Override
  public long skip(long count) {
    long skipped = 0;
    for (; skipped < count && toRow(); skipped++) {
      atRow = false;
    }
    return skipped;
  }

  /** Moves to the next row that was not handed over; false at the end of the last file. */
  private boolean toRow() {
    while (!atRow && reader != null) {
      atRow = reader.next();
      if (!atRow) {
        openNext();
      }
    }
    if (!atRow && !anyRow) {
      throw LayoutFinder.none(files, "has no rows");
    }
    anyRow = true;
    if (!atRow) {
      search.end(files);
    }
    return atRow;
  }

  /** Opens the next file that is not empty; false if there is none. */
  private boolean openNext() {
    close();
    while (++file < files.size()) {
      reader = RecordReader.open(files.get(file), format.quotedFieldSeparator());
      layouts[file] = finder.find(files.get(file), reader);
      if (layouts[file] != null) {
        atRow = !format.header();
        return true;
      }
      close();
    }
    return false;
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
