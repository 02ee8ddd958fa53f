package dev.farsight.api.internal;

import dev.farsight.api.table.RowBits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.LongAdder;

/**
 * A set of row ids in zeroed off-heap memory, one bit a row; {@link RowBits} is the same on the
 * heap. Grows only. A thread that sees a row's bit also sees what was written before it was set.
 * Safe for concurrent use, also on rows that share a word; a row's bit is set at most once, so in
 * the steady state words are only read. Does not own its memory.
 */
public final class BufferRowBits {

  /** Bytes of every view but the last: words of 2^30 bytes hold 2^33 rows. */
  public static final int VIEW_BYTES = 1 << 30;

  private static final int VIEW_SHIFT = 33;
  private static final VarHandle WORDS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer[] views;
  private final LongAdder count = new LongAdder();

  /**
   * @param views {@link #bytes} of zeroed memory, in views of {@link #VIEW_BYTES}
   */
  public BufferRowBits(ByteBuffer[] views) {
    this.views = views.clone();
  }

  /** Memory that the bits of this many rows take. */
  public static long bytes(long rows) {
    return ((rows + Long.SIZE - 1) >>> 6) * Long.BYTES;
  }

  public boolean contains(long row) {
    return (word(row) >>> row & 1) != 0;
  }

  public void add(long row) {
    if (!contains(row)) {
      long before = (long) WORDS.getAndBitwiseOrRelease(view(row), wordAt(row), 1L << row);
      if ((before >>> row & 1) == 0) {
        count.increment();
      }
    }
  }

  /** How many rows are in the set. O(1). */
  public long count() {
    return count.sum();
  }

  /** Adds the rows in {@code [from, to)} that are in this set to another; a word at a time. */
  public void addTo(RowBits target, long from, long to) {
    for (long row = from & -Long.SIZE; row < to; row += Long.SIZE) {
      target.addWord(row, word(row) & RowBits.mask(row, from, to));
    }
  }

  private long word(long row) {
    return (long) WORDS.getAcquire(view(row), wordAt(row));
  }

  private ByteBuffer view(long row) {
    return views[(int) (row >>> VIEW_SHIFT)];
  }

  private static int wordAt(long row) {
    return (int) (row >>> 6 & (VIEW_BYTES / Long.BYTES - 1)) * Long.BYTES;
  }
}
