package dev.farsight.storage.ssd;

import dev.farsight.api.memory.RowBuffer;
import net.openhft.chronicle.bytes.BytesStore;

/**
 * A row on its way between a map and a caller's buffer: as a key its id, as a value the stretch of
 * the buffer that the row is copied from or to. One per thread, reused for every row; a buffer is
 * looked at once and remembered, because rings are used over and over.
 */
final class RowRef {

  private final int rowBytes;
  private RowBuffer buffer;

  /** Each chunk of the buffer, as Chronicle sees it. */
  private BytesStore<?, ?>[] chunks = new BytesStore<?, ?>[0];

  private BytesStore<?, ?> memory;
  private long row;
  private long at;

  RowRef(int rowBytes) {
    this.rowBytes = rowBytes;
  }

  /** One that stands for a row of that size, where only sizes matter. */
  static RowRef sample(int rowBytes) {
    var sample = new RowRef(rowBytes);
    sample.memory = BytesStore.wrap(new byte[rowBytes]);
    return sample;
  }

  /** Rows are copied from or to this buffer from now on. */
  void in(RowBuffer next) {
    if (next != buffer) {
      chunks = new BytesStore<?, ?>[next.chunks()];
      for (int c = 0; c < chunks.length; c++) {
        chunks[c] = BytesStore.wrap(next.bytes(c * next.chunkRows()));
      }
      buffer = next;
    }
  }

  /** The row of that id, at row {@code position} of the buffer. */
  void set(long row, int position) {
    this.row = row;
    this.memory = chunks.length == 1 ? chunks[0] : chunks[position / buffer.chunkRows()];
    this.at = buffer.byteAt(position);
  }

  /** As {@link #set}, as a key alone. */
  void set(long row) {
    this.row = row;
  }

  long row() {
    return row;
  }

  BytesStore<?, ?> memory() {
    return memory;
  }

  long at() {
    return at;
  }

  int bytes() {
    return rowBytes;
  }
}
