package dev.farsight.reading.pieces;

import java.io.Serializable;
import java.util.List;

/**
 * How long the files of a data set are: all that has to be known to read any stretch of its rows.
 *
 * @param files by file, in their order
 * @param layoutFile number of the file whose first record tells the layout of all, if files have no
 *     header
 * @param train rows for training; those behind are for evaluation
 */
public record DataSurvey(List<FileCount> files, int layoutFile, long train)
    implements Serializable {

  /** Rows of both parts. */
  public long rows() {
    return files.stream().mapToLong(FileCount::records).sum();
  }
}
