package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.internal.line.DataFile;

/** One pass over raw rows. Not thread-safe. */
interface Rows extends AutoCloseable {

  /** A file by its number in a block. */
  DataFile file(int number);

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
        file(block.file(row)) + ":" + block.line(row) + ": " + why.getMessage());
  }

  @Override
  void close();
}
