package dev.farsight.reading.internal.record;

import dev.farsight.reading.FileLayout;

/** The rows of one part, in their order, of all rows of a data set. Not thread-safe. */
final class PartRows implements Rows {

  private final Rows all;
  private final RowParts parts;
  private final boolean evaluation;

  /** Rows of all that were read or passed over. */
  private long raw;

  /** Rows of the part that were. */
  private long position;

  /**
   * @param all every row; closed with this
   */
  PartRows(Rows all, RowParts parts, boolean evaluation) {
    this.all = all;
    this.parts = parts;
    this.evaluation = evaluation;
  }

  @Override
  public String place(int file, long number) {
    return all.place(file, number);
  }

  @Override
  public FileLayout layout(int file) {
    return all.layout(file);
  }

  @Override
  public void read(RowBlock block, int count) {
    int left = count;
    while (left > 0 && !block.full()) {
      moveTo(parts.next(evaluation, raw));
      int run = (int) Math.min(left, parts.next(!evaluation, raw) - raw);
      int before = block.rows();
      all.read(block, run);
      int read = block.rows() - before;
      if (read == 0) {
        return;
      }
      raw += read;
      position += read;
      left -= read;
    }
  }

  private void moveTo(long row) {
    all.skip(row - raw);
    raw = row;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.min(count, parts.rows(evaluation) - position);
    position += skipped;
    moveTo(parts.at(evaluation, position));
    return skipped;
  }

  @Override
  public void close() {
    all.close();
  }
}
