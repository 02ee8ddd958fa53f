package dev.farsight.storage.offheap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Which rows were ever written: one bit a row in zeroed off-heap memory. Who sees a row's bit sees
 * what was written before it was set. Safe for concurrent use, also on rows that share a word; a
 * row's bit is set at most once, so that in the steady state words are only read.
 */
final class WrittenRows {

  /** Bytes of a view: words of 2^30 bytes hold 2^33 rows. */
  private static final int VIEW_BYTES = 1 << 30;

  private static final int VIEW_SHIFT = 33;
  private static final VarHandle WORDS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer[] views;

  /** Bits in {@code length} bytes of the mapping from {@code offset}, a multiple of 8. */
  WrittenRows(Mapping mapping, long offset, long length) {
    views = mapping.views(offset, length, VIEW_BYTES);
  }

  /** Memory that the bits of this many rows take. */
  static long bytes(long rows) {
    return ((rows + Long.SIZE - 1) >>> 6) * Long.BYTES;
  }

  boolean contains(long row) {
    long word = (long) WORDS.getAcquire(view(row), wordAt(row));
    return (word >>> row & 1) != 0;
  }

  void add(long row) {
    if (!contains(row)) {
      long unused = (long) WORDS.getAndBitwiseOrRelease(view(row), wordAt(row), 1L << row);
    }
  }

  private ByteBuffer view(long row) {
    return views[(int) (row >>> VIEW_SHIFT)];
  }

  private static int wordAt(long row) {
    return (int) (row >>> 6 & (VIEW_BYTES / Long.BYTES - 1)) * Long.BYTES;
  }
}
