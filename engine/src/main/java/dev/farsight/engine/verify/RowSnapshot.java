package dev.farsight.engine.verify;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.RowBits;

/** The values of some rows at one moment. Memory: the rows. */
final class RowSnapshot {

  private static final int MAX_CHUNK_BYTES = 1 << 28;

  private final RowBits rows;
  private final long[] ids;
  private final RowBuffer values;

  RowSnapshot(RowBits rows, RowReader reader) {
    this.rows = rows;
    ids = new long[Math.toIntExact(rows.count())];
    int count = 0;
    for (long row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
      ids[count++] = row;
    }
    values =
        RowBuffer.allocateChunked(
            reader.spec().format(), count, MAX_CHUNK_BYTES, HostBuffers.plain());
    reader.read(ids, 0, count, values, 0).await();
  }

  /** The same rows at another moment. */
  RowSnapshot now(RowReader reader) {
    return new RowSnapshot(rows, reader);
  }

  /** The rows whose values differ from those of another snapshot of the same rows. */
  RowBits differences(RowSnapshot other, long tableRows) {
    int bytes = values.format().bytes();
    var different = new RowBits(tableRows);
    for (int i = 0; i < ids.length; i++) {
      var mine = values.bytes(i).slice(values.byteAt(i), bytes);
      var others = other.values.bytes(i).slice(other.values.byteAt(i), bytes);
      if (mine.mismatch(others) >= 0) {
        different.add(ids[i]);
      }
    }
    return different;
  }
}
