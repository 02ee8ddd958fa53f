package dev.farsight.datasets.text;

import dev.farsight.datasets.file.DataFile;
import dev.farsight.datasets.file.RecordReader;
import java.util.List;

/**
 * Reads all raw rows of several files, each file opened once and only when its turn comes, since
 * who writes one pipe after the other does so in their order. Not thread-safe.
 */
final class RowStream implements Rows {

  private final TextFormat format;
  private final List<DataFile> files;
  private final Columns columns;
  private final FieldMap[] maps;
  private int file = -1;
  private RecordReader reader;

  /** Whether the reader is at a row that was not handed over. */
  private boolean atRow;

  private boolean anyRow;

  /**
   * Opens the first file that is not empty.
   *
   * @throws dev.farsight.api.FarsightException if there is none, or it lacks a column
   */
  RowStream(TextFormat format, List<DataFile> files) {
    this.format = format;
    this.files = files;
    this.columns = new Columns(format);
    this.maps = new FieldMap[files.size()];
    try {
      if (!openNext()) {
        throw columns.allEmpty(files);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The columns of the first file. */
  FieldMap columns() {
    return columns.first();
  }

  @Override
  public DataFile file(int number) {
    return files.get(number);
  }

  @Override
  public FieldMap map(int number) {
    return maps[number];
  }

  @Override
  public void read(RowBlock block, int count) {
    for (int row = 0; row < count && !block.full() && toRow(); row++) {
      block.add(reader, file);
      atRow = false;
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
      throw Columns.none(files, "has no rows");
    }
    anyRow = true;
    return atRow;
  }

  /** Opens the next file that is not empty; false if there is none. */
  private boolean openNext() {
    close();
    while (++file < files.size()) {
      reader = RecordReader.open(files.get(file), format.quoteScan());
      maps[file] = columns.find(files.get(file), reader);
      if (maps[file] != null) {
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
