package dev.farsight.storage.offheap;

import java.nio.ByteBuffer;

/**
 * Rows back to back in off-heap memory, under views of a power of two of rows and at most 1 GiB,
 * because a byte buffer ends at 2 GiB. A row is found by a shift and a multiplication, and lies in
 * one view, so that it is copied by one bulk put.
 *
 * <pre>
 * memory  | row 0 | row 1 | ... | row 2^k - 1 | row 2^k | ...
 * views   | views[0]                          | views[1]
 * </pre>
 */
final class RowMemory {

  private static final int MAX_VIEW_BYTES = 1 << 30;

  private final ByteBuffer[] views;
  private final int rowBytes;
  private final int shift;
  private final int mask;

  /** The first {@code rows * rowBytes} bytes of the mapping. */
  RowMemory(Mapping mapping, long rows, int rowBytes) {
    this.rowBytes = rowBytes;
    this.shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, MAX_VIEW_BYTES / rowBytes));
    this.mask = (1 << shift) - 1;
    this.views = mapping.views(0, rows * rowBytes, rowBytes << shift);
  }

  /** The view that holds a row. */
  ByteBuffer view(long row) {
    return views[(int) (row >>> shift)];
  }

  /** Position of a row in its {@link #view}. */
  int byteAt(long row) {
    return (int) (row & mask) * rowBytes;
  }
}
