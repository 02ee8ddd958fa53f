package dev.farsight.engine.export;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;

/** Finds the rows whose weights or optimizer state differ between two stores. */
public final class ChangedRows {

  private static final int CHUNK_ROWS = 16_384;

  private ChangedRows() {}

  /**
   * The rows that differ. Compares all rows that were ever written to either store: O(rows
   * written).
   *
   * @throws FarsightException if the two stores have different tables or row formats, or rows of
   *     different generations: then rows never written differ too
   */
  public static RowBits between(RowReader before, RowReader after) {
    requireSameLayout(before, after);
    if (before.spec().initial().generation() != after.spec().initial().generation()) {
      throw new FarsightException(
          "the two differ in all rows, which were drawn anew between them (train.reset-rows); take the later one as a whole");
    }
    long rowCount = after.spec().tables().rows();
    var written = new RowBits(rowCount);
    before.written(0, rowCount, written);
    after.written(0, rowCount, written);
    return differing(written, before, after);
  }

  /**
   * @throws FarsightException if the two stores have different tables or row formats
   */
  static void requireSameLayout(RowReader before, RowReader after) {
    before
        .spec()
        .tables()
        .differenceTo(after.spec().tables())
        .ifPresent(
            difference -> {
              throw new FarsightException("the two differ: the earlier one has " + difference);
            });
    if (!before.spec().format().equals(after.spec().format())) {
      throw new FarsightException(
          "the two differ: the earlier one has "
              + before.spec().format()
              + ", not "
              + after.spec().format());
    }
  }

  /** Those of some rows that differ. */
  static RowBits differing(RowBits rows, RowReader before, RowReader after) {
    var changed = new RowBits(after.spec().tables().rows());
    RowFormat format = after.spec().format();
    var oldRows = RowBuffer.allocate(format, CHUNK_ROWS, HostBuffers.plain());
    var newRows = RowBuffer.allocate(format, CHUNK_ROWS, HostBuffers.plain());
    var ids = new long[CHUNK_ROWS];
    long row = rows.next(0);
    while (row >= 0) {
      int count = 0;
      for (; row >= 0 && count < CHUNK_ROWS; row = rows.next(row + 1)) {
        ids[count++] = row;
      }
      before.read(ids, 0, count, oldRows, 0).await();
      after.read(ids, 0, count, newRows, 0).await();
      for (int i = 0; i < count; i++) {
        var oldRow = oldRows.bytes(i).slice(oldRows.byteAt(i), format.bytes());
        var newRow = newRows.bytes(i).slice(newRows.byteAt(i), format.bytes());
        if (oldRow.mismatch(newRow) >= 0) {
          changed.add(ids[i]);
        }
      }
    }
    return changed;
  }
}
