package dev.farsight.reading.pieces;

import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;

/** A source any stretch of whose rows can be read without those before. */
public interface PieceSource extends DataSource {

  /**
   * Opens a pass over some raw rows, malformed ones among them.
   *
   * @param evaluation whether rows are numbered in the evaluation part, or in that for training
   * @param from the first row, from 0
   * @param to the row behind the last one
   */
  BatchSource read(boolean evaluation, long from, long to);
}
