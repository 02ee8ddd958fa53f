package dev.farsight.engine.checkpoint;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowBits;
import java.util.function.LongPredicate;

/** Copies rows from one store to another. */
public final class RowCopy {

  private RowCopy() {}

  /** Copies all rows that were ever written. O(rows written). */
  static void copyWritten(RowReader source, RowStore target) {
    copyWritten(source, row -> true, target);
  }

  /** Copies those of some rows that were ever written. O(rows written). */
  static void copyWritten(RowReader source, LongPredicate some, RowStore target) {
    long rows = source.spec().tables().rows();
    var written = new RowBits(rows);
    source.written(0, rows, written);
    for (long row = written.next(0); row >= 0; row = written.next(row + 1)) {
      if (!some.test(row)) {
        written.remove(row);
      }
    }
    copy(written, source, target);
  }

  /** Copies some rows. Memory: a block of {@link RowLog}. */
  public static void copy(RowBits rows, RowReader source, RowStore target) {
    var ids = new long[RowLog.maxBlockRows(source.spec().format())];
    var values = RowBuffer.allocate(source.spec().format(), ids.length, HostBuffers.plain());
    for (long row = rows.next(0); row >= 0; ) {
      int count = 0;
      for (; row >= 0 && count < ids.length; row = rows.next(row + 1)) {
        ids[count++] = row;
      }
      source.read(ids, 0, count, values, 0).await();
      target.write(ids, 0, count, values, 0).await();
    }
  }
}
