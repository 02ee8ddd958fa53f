package dev.farsight.reading.internal.record;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Columns;

/**
 * Looks at the rows of a stretch of the training part one by one, as {@link FitPass} does with
 * those of all of it. A block of rows is in memory. Not thread-safe.
 */
final class PieceRows implements AutoCloseable {

  private final Rows rows;
  private final boolean skipBadRows;
  private final ParsedRow parsed;
  private final RowBlock block;

  /** Looks at a row. */
  interface Look {
    /**
     * @param row its number in the block
     * @param parsed the row; valid during the call
     */
    void at(int row, ParsedRow parsed);
  }

  /**
   * @param columns as the settings have them
   * @param rows closed with this
   */
  PieceRows(Columns columns, BatchSchema schema, Rows rows, int blockRows, ReadSettings settings) {
    this.rows = rows;
    this.skipBadRows = settings.skipBadRows();
    this.parsed = new ParsedRow(DenseFit.before(columns), schema, settings);
    this.block = new RowBlock(blockRows);
  }

  /** Reads the next rows; none at the end. */
  int read(int most) {
    block.clear();
    rows.read(block, most);
    return block.rows();
  }

  /**
   * Parses a row of the block.
   *
   * @throws dev.farsight.api.FarsightException if it is malformed, and not to be left out
   */
  void look(int row, Look look) {
    try {
      parsed.parse(block, row, rows.layout(block.file(row)));
      look.at(row, parsed);
    } catch (BadRowException e) {
      if (!skipBadRows) {
        throw rows.malformed(block, row, e);
      }
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
