package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.reading.CountedFile;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.Records;
import java.util.List;

/**
 * Reads a range of the raw rows of several files as if they were one. Row numbers are those
 * counted, so the range means the same rows whatever becomes of malformed ones. Not thread-safe.
 */
final class RowCursor implements Rows {

  /** So many rows are passed over by reading them; to go further, a reader is opened anew. */
  private static final int NEAR = 1 << 12;

  private final List<CountedFile> files;
  private final long end;
  private long next;
  private int file;
  private long fileEnd;
  private Records records;

  RowCursor(List<CountedFile> files, long from, long end) {
    this.files = files;
    this.next = from;
    this.end = end;
    this.fileEnd = files.get(0).records();
  }

  @Override
  public String place(int number, long row) {
    return files.get(number).place(row);
  }

  @Override
  public FileLayout layout(int number) {
    return files.get(number).layout();
  }

  @Override
  public void read(RowBlock block, int count) {
    for (long stop = Math.min(end, next + count); next < stop && !block.full(); next++) {
      toFileOfNext();
      readNext();
      block.add(records, file);
    }
  }

  private void readNext() {
    if (!records.next()) {
      throw fewer(files.get(file));
    }
  }

  /** The error that a file ends before its last row. */
  static FarsightException fewer(CountedFile file) {
    return new FarsightException(
        file + ": has fewer rows than when it was counted; was it changed?");
  }

  /** Reads at most a few of them. */
  @Override
  public long skip(long count) {
    long skipped = Math.min(count, end - next);
    if (records != null && skipped <= Math.min(NEAR, fileEnd - next)) {
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
        fileEnd += files.get(++file).records();
      }
    }
    if (records == null) {
      CountedFile of = files.get(file);
      records = of.from(next - (fileEnd - of.records()));
    }
  }

  @Override
  public void close() {
    if (records != null) {
      records.close();
      records = null;
    }
  }
}
