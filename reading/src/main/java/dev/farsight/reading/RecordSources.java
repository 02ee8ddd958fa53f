package dev.farsight.reading;

import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.reading.internal.record.NamedFormat;
import dev.farsight.reading.internal.record.RecordEncoder;
import dev.farsight.reading.internal.record.SourceOpening;
import dev.farsight.reading.internal.record.SourcePieces;
import dev.farsight.reading.pieces.RecordPieces;
import java.util.function.Supplier;

/**
 * Opens the files of {@code data.path} as a data source. The source has all that users expect of
 * one: folders, globs and compressed files, pipes, {@code data.eval-fraction}, {@code
 * data.on-bad-row}, transforms and rare rows with what is found out for them, an identity by
 * content; it parses on as many threads as it may, and samples keep their order. A pass allocates
 * nothing a row but what the parser does.
 *
 * <p>Opening reads all files once to count their records. Memory does not depend on the size of the
 * data but for 24 bytes per 65,536 records.
 */
public final class RecordSources {

  private RecordSources() {}

  /**
   * Checks the settings that all sources of records share, without a look at any file; for {@link
   * dev.farsight.api.data.DataSourceFactory#check}.
   *
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  public static void check(DataContext context) {
    SourceOpening.check(context);
  }

  /**
   * Opens files of which each line is a record whose fields have names, as in JSON lines.
   *
   * @param parsers makes a parser for a thread; it hands fields over by {@link Fields#set} and
   *     {@link Fields#add}
   * @throws dev.farsight.api.FarsightException if the files cannot be read, or not as often as is
   *     asked for
   */
  public static DataSource open(
      Columns columns, Supplier<RecordParser> parsers, DataContext context) {
    return open(new NamedFormat(columns, parsers), context);
  }

  /**
   * Opens files of a format. Its parsers hand fields over by {@link Fields#at}.
   *
   * @throws dev.farsight.api.FarsightException if the files cannot be read, or not as often as is
   *     asked for, or lack a column
   */
  public static DataSource open(RecordFormat format, DataContext context) {
    return SourceOpening.open(format, context);
  }

  /**
   * Opens files of a format that is no text. The source can {@linkplain DataSource#seeks seek}.
   *
   * @throws dev.farsight.api.FarsightException if the files cannot be read, or lack a column
   */
  public static DataSource open(CountedFormat format, DataContext context) {
    return SourceOpening.open(format, context);
  }

  /**
   * The files of a format in pieces, for {@link dev.farsight.reading.pieces.PieceFactory#pieces}.
   */
  public static RecordPieces pieces(RecordFormat format, DataContext context) {
    return SourcePieces.of(format, context);
  }

  /** Files of which each line is a record whose fields have names, in pieces. */
  public static RecordPieces pieces(
      Columns columns, Supplier<RecordParser> parsers, DataContext context) {
    return pieces(new NamedFormat(columns, parsers), context);
  }

  /** The files of a format that is no text in pieces. */
  public static RecordPieces pieces(CountedFormat format, DataContext context) {
    return SourcePieces.of(format, context);
  }

  /**
   * Makes an encoder of raw values, for {@link dev.farsight.api.data.DataSourceFactory#encoder}:
   * what a record of the source has in a field is what it is given for the field.
   *
   * @param columns as for {@link #open}
   * @throws dev.farsight.api.FarsightException if the columns need to know something of the
   *     training part that {@link DataContext#fitted} does not tell
   */
  public static SampleEncoder encoder(Columns columns, DataContext context) {
    return RecordEncoder.of(columns, context);
  }
}
