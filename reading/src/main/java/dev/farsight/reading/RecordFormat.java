package dev.farsight.reading;

/**
 * A format whose files say themselves where they have which column, by a header or by what their
 * first record looks like, or whose records may go over several lines. Other formats need no more
 * than columns and a parser: {@link RecordSources#open(Columns, java.util.function.Supplier,
 * dev.farsight.api.data.DataContext)}.
 */
public interface RecordFormat {

  /** The value of {@link #quotedFieldSeparator} for a format in which each line is a record. */
  int NO_QUOTES = -1;

  /** The columns of the samples. */
  Columns columns();

  /** Whether each file begins with a record that is no sample. */
  boolean header();

  /**
   * The byte between two fields, if fields may be quoted as in RFC 4180, so that a line end within
   * quotes does not end the record; else {@link #NO_QUOTES}.
   */
  int quotedFieldSeparator();

  /**
   * How the records of a file are read. All files must have labels, or none.
   *
   * @param columns those whose positions are wanted: {@link #columns}, and with {@code
   *     data.eval-where} one more field
   * @param first a copy of the first record: of every file if files have a header; otherwise of the
   *     first file alone, whose layout is that of all files
   * @throws BadRowException if a column is missing; nothing is read then, whatever {@code
   *     data.on-bad-row} is
   */
  FileLayout layout(Columns columns, byte[] first);
}
