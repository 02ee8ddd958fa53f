package dev.farsight.engine.export;

import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;

/** Finds the rows whose weights or state differ in two stores, by comparing all ever written. */
final class ChangedRows {

  private static final int CHUNK = 16_384;

  private ChangedRows() {}

  /**
   * The rows that differ. O(rows written).
   *
   * @throws FarsightException if the two have other tables or row formats
   */
  static RowBits between(RowReader before, RowReader after) {
    if (!before.spec().tables().equals(after.spec().tables())
        || !before.spec().format().equals(after.spec().format())) {
      throw new FarsightException("the two have other tables or rows of another width");
    }
    long all = after.spec().tables().rows();
    var either = new RowBits(all);
    before.written(0, all, either);
    after.written(0, all, either);
    var changed = new RowBits(all);
    RowFormat format = after.spec().format();
    var old = RowBuffer.allocate(format, CHUNK, HostBuffers.plain());
    var now = RowBuffer.allocate(format, CHUNK, HostBuffers.plain());
    var ids = new long[CHUNK];
    long row = either.next(0);
    while (row >= 0) {
      int count = 0;
      for (; row >= 0 && count < CHUNK; row = either.next(row + 1)) {
        ids[count++] = row;
      }
      before.read(ids, 0, count, old, 0).await();
      after.read(ids, 0, count, now, 0).await();
      for (int i = 0; i < count; i++) {
        var oldRow = old.bytes(i).slice(old.byteAt(i), format.bytes());
        var newRow = now.bytes(i).slice(now.byteAt(i), format.bytes());
        if (oldRow.mismatch(newRow) >= 0) {
          changed.add(ids[i]);
        }
      }
    }
    return changed;
  }
}
