package dev.farsight.reading;

import java.nio.file.Path;

/**
 * A format whose files are no lines of text, but tell themselves how many records they have and
 * which columns, such as Parquet. The rest is as for text: {@link RecordSources#open(CountedFormat,
 * dev.farsight.api.data.DataContext)}.
 */
public interface CountedFormat {

  /** The columns of the samples. */
  Columns columns();

  /**
   * Opens a file. Called once for each, by several threads at a time.
   *
   * @param asked the columns to read: {@link #columns}, and with {@code data.eval-where} one more
   *     field
   * @throws dev.farsight.api.FarsightException if it cannot be read, or lacks a column; the message
   *     names the file
   */
  CountedFile open(Columns asked, Path file);
}
