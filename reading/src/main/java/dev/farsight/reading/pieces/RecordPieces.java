package dev.farsight.reading.pieces;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * A data set that is opened in steps. Each step is a function of files and settings alone, so any
 * process that sees the same files can make any part of it:
 *
 * <ol>
 *   <li>{@link #count} each file, and join the counts to a {@link #survey};
 *   <li>if the source {@linkplain #needsFit needs it}, find out what the training part is like:
 *       {@link #counts} and {@link #moments} of stretches, joined by {@link #saveFitted};
 *   <li>{@link #open} it with that, and read any stretch.
 * </ol>
 *
 * <p>The result has the same bits as that of {@link dev.farsight.api.data.DataSourceFactory#open}.
 * Holds no resources; used by one thread.
 */
public interface RecordPieces {

  /** Stretches whose {@link #moments} are taken begin at multiples of so many rows. */
  int BLOCK_ROWS = 1 << 13;

  /** How many files there are. */
  int files();

  /**
   * Reads a file to count its records.
   *
   * @throws dev.farsight.api.FarsightException if it cannot be read
   */
  FileCount count(int file);

  /**
   * Joins the counts of all files, and looks at how each begins.
   *
   * @throws dev.farsight.api.FarsightException if a file lacks a column, or there are no rows
   */
  DataSurvey survey(List<FileCount> files);

  /**
   * Whether something is to be found out from the training part.
   *
   * @throws dev.farsight.api.config.ConfigException if there is, and there are no rows for training
   */
  boolean needsFit(DataSurvey survey);

  /** Whether values or rows of tables are counted for that. */
  boolean hasCounts();

  /** Whether dense columns are measured for that. */
  boolean hasMoments();

  /** The least count that matters, by number of the table; 0 where nothing is counted. */
  int[] enough();

  /** Numbers of the tables whose most frequent values alone are kept, because rows are limited. */
  List<Integer> limitedTables();

  /**
   * Counts what a stretch of the training part looks up, piece by piece: a value may come more than
   * once. Takes 32 MiB of memory or a little more.
   *
   * @throws dev.farsight.api.FarsightException at a malformed row that is not to be left out
   */
  Iterator<ValueCount> counts(DataSurvey survey, long from, long to);

  /**
   * Measures dense columns in a stretch of the training part.
   *
   * @param from a multiple of {@link #BLOCK_ROWS}
   * @param to another one, or the end of the training part
   * @throws dev.farsight.api.FarsightException at a malformed row that is not to be left out, or if
   *     rows are too long for the result to be that of one pass
   */
  RowMoments moments(DataSurvey survey, long from, long to);

  /**
   * Writes what was found out, as {@link dev.farsight.api.data.DataSource#saveFitted} does.
   *
   * @param folder an empty folder
   * @param tallies of each limited table, pairs of a count and how many values have it
   * @param counts sums of all counts that are enough, each value once, ordered by table and then by
   *     {@link ValueCount#mixed}, unsigned
   * @param moments those of all stretches, in order
   */
  void saveFitted(
      Path folder,
      List<ValueTally> tallies,
      Iterator<ValueCount> counts,
      Iterator<RowMoments> moments)
      throws IOException;

  /**
   * Opens the source: it is given what was found out, if anything is to be.
   *
   * @throws dev.farsight.api.FarsightException if the files cannot be read
   */
  PieceSource open(DataSurvey survey);

  /** So many values of a limited table were looked up so often. */
  record ValueTally(int table, long count, long values) {}
}
