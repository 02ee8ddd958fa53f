package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.FileLayout;

/** One pass over raw rows. Not thread-safe. */
interface Rows extends AutoCloseable {

  /**
   * What messages call a row.
   *
   * @param file by its number in a block
   * @param number of the row in the file
   */
  String place(int file, long number);

  /** The layout of a file of which a block has rows. */
  FileLayout layout(int file);

  /**
   * Adds the next rows to the block, behind those that it has: at most {@code count}, fewer if it
   * is full or the pass ends.
   */
  void read(RowBlock block, int count);

  /** Passes over the next rows without parsing them; returns how many there were. */
  long skip(long count);

  /** The error that a row of a block is malformed. */
  default FarsightException malformed(RowBlock block, int row, BadRowException why) {
    return new FarsightException(
        place(block.file(row), block.number(row)) + ": " + why.getMessage(), why);
  }

  @Override
  void close();
}
