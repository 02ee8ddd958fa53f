package dev.farsight.reading.internal.record;

import dev.farsight.reading.CountedFile;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.Records;
import dev.farsight.reading.internal.line.DataFile;
import java.util.function.Supplier;

/**
 * A file whose records were counted before, maybe by another process. It is looked at when it is
 * read. Safe for concurrent use.
 */
final class SurveyedFile implements CountedFile {

  private final DataFile file;
  private final long records;
  private final Supplier<CountedFile> open;
  private volatile CountedFile opened;

  SurveyedFile(DataFile file, long records, Supplier<CountedFile> open) {
    this.file = file;
    this.records = records;
    this.open = open;
  }

  private CountedFile opened() {
    CountedFile now = opened;
    if (now == null) {
      synchronized (this) {
        if (opened == null) {
          opened = open.get();
        }
        now = opened;
      }
    }
    return now;
  }

  @Override
  public long records() {
    return records;
  }

  @Override
  public FileLayout layout() {
    return opened().layout();
  }

  @Override
  public long[] groups() {
    return opened().groups();
  }

  @Override
  public Records from(long first) {
    return opened().from(first);
  }

  /** Not asked of the file, which would open them all. */
  @Override
  public long passBytes() {
    return 0;
  }

  @Override
  public String place(long number) {
    return opened().place(number);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
