package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.internal.line.DataFile;
import dev.farsight.reading.internal.line.RecordIndex;
import dev.farsight.reading.internal.line.RecordReader;
import java.util.List;

/**
 * Reads a range of the raw rows of several files as if they were one. Row numbers are those
 * counted, so the range means the same rows whatever becomes of malformed ones. Not thread-safe.
 */
final class RowCursor implements Rows {

  /** So many rows are passed over by reading them; to go further, a reader is opened anew. */
  private static final int NEAR = 1 << 12;

  private final List<DataFile> files;
  private final FileLayout[] layouts;
  private final List<RecordIndex> indexes;
  private final int quotedFieldSeparator;
  private final long end;
  private long next;
  private int file;
  private long fileEnd;
  private RecordReader reader;

  RowCursor(
      List<DataFile> files,
      FileLayout[] layouts,
      List<RecordIndex> indexes,
      int quotedFieldSeparator,
      long from,
      long end) {
    this.files = files;
    this.layouts = layouts;
    this.indexes = indexes;
    this.quotedFieldSeparator = quotedFieldSeparator;
    this.next = from;
    this.end = end;
    this.fileEnd = indexes.get(0).records();
  }

  @Override
  public DataFile file(int number) {
    return files.get(number);
  }

  @Override
  public FileLayout layout(int number) {
    return layouts[number];
  }

  @Override
  public void read(RowBlock block, int count) {
    for (long stop = Math.min(end, next + count); next < stop && !block.full(); next++) {
      toFileOfNext();
      readNext();
      block.add(reader, file);
    }
  }

  private void readNext() {
    if (!reader.next()) {
      throw new FarsightException(
          files.get(file) + ": has fewer rows than when it was counted; was it changed?");
    }
  }

  /** Reads at most a few of them. */
  @Override
  public long skip(long count) {
    long skipped = Math.min(count, end - next);
    if (reader != null && skipped <= Math.min(NEAR, fileEnd - next)) {
      for (long row = 0; row < skipped; row++) {
        readNext();
      }
    } else {
      close();
    }
    next += skipped;
    return skipped;
  }

  private void toFileOfNext() {
    if (next >= fileEnd) {
      close();
      while (next >= fileEnd) {
        fileEnd += indexes.get(++file).records();
      }
    }
    if (reader == null) {
      RecordIndex index = indexes.get(file);
      reader =
          index.open(files.get(file), quotedFieldSeparator, next - (fileEnd - index.records()));
    }
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
