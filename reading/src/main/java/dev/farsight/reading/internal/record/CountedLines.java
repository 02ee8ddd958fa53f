package dev.farsight.reading.internal.record;

import dev.farsight.reading.CountedFile;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.Records;
import dev.farsight.reading.internal.line.DataFile;
import dev.farsight.reading.internal.line.RecordIndex;

/**
 * A file of text whose records were counted.
 *
 * @param layout null if the file is empty
 */
record CountedLines(DataFile file, FileLayout layout, RecordIndex index, int quotedFieldSeparator)
    implements CountedFile {

  @Override
  public long records() {
    return index.records();
  }

  @Override
  public long[] groups() {
    return new long[] {records()};
  }

  @Override
  public Records from(long first) {
    return index.open(file, quotedFieldSeparator, first);
  }

  @Override
  public String place(long number) {
    return file.place(number);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
