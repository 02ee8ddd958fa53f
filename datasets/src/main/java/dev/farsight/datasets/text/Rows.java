package dev.farsight.datasets.text;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.file.DataFile;

/** One pass over raw rows. Not thread-safe. */
interface Rows extends AutoCloseable {

  /** A file by its number in a block. */
  DataFile file(int number);

  /** The columns of a file of which a block has rows. */
  FieldMap map(int file);

  /**
   * Adds the next rows to the block, which is empty: at most {@code count}, fewer if it is full or
   * the pass ends.
   */
  void read(RowBlock block, int count);

  /** Passes over the next rows without parsing them; returns how many there were. */
  long skip(long count);

  /** The error that a row of a block is malformed. */
  default FarsightException malformed(RowBlock block, int row, BadRow why) {
    return new FarsightException(
        file(block.file(row)) + ":" + block.line(row) + ": " + why.getMessage());
  }

  @Override
  void close();
}
