package dev.farsight.engine.checkpoint;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowBits;

/** Copies rows from one store to another. */
final class RowCopy {

  private RowCopy() {}

  /** Copies all rows that were ever written. O(rows written). Memory: a block of {@link RowLog}. */
  static void copyWritten(RowReader source, RowStore target) {
    long rows = source.spec().tables().rows();
    var written = new RowBits(rows);
    source.written(0, rows, written);
    var ids = new long[RowLog.maxBlockRows(source.spec().format())];
    var values = RowBuffer.allocate(source.spec().format(), ids.length, HostBuffers.plain());
    for (long row = written.next(0); row >= 0; ) {
      int count = 0;
      for (; row >= 0 && count < ids.length; row = written.next(row + 1)) {
        ids[count++] = row;
      }
      source.read(ids, 0, count, values, 0).await();
      target.write(ids, 0, count, values, 0).await();
    }
  }
}
