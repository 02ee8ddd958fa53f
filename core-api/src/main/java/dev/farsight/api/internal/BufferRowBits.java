package dev.farsight.api.internal;

import dev.farsight.api.table.RowBits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.LongAdder;

/**
 * A set of row ids in zeroed off-heap memory, one bit per row. {@link RowBits} is the same on the
 * heap. Rows can be added, and removed all at once. A thread that sees a row's bit also sees
 * everything that was written before the bit was set. Safe for concurrent use, even on rows that
 * share a word. A row's bit is set at most once, so in the steady state words are only read. Does
 * not own its memory.
 */
public final class BufferRowBits {

  /** Bytes of every view except the last: 2^30 bytes have bits for 2^33 rows. */
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

  /** How many bytes the bits of {@code rows} rows take. */
  public static long bytes(long rows) {
    return ((rows + Long.SIZE - 1) >>> 6) * Long.BYTES;
  }

  public boolean contains(long row) {
    return (word(row) >>> row & 1) != 0;
  }

  public void add(long row) {
    if (!contains(row)) {
      long before = (long) WORDS.getAndBitwiseOrRelease(view(row), wordOffset(row), 1L << row);
      if ((before >>> row & 1) == 0) {
        count.increment();
      }
    }
  }

  /** How many rows are in the set. O(1). */
  public long count() {
    return count.sum();
  }

  /**
   * Empties the set. Must not run beside other calls. Reads all words, and writes only those that
   * are not 0 already, so pages never written take no memory.
   */
  public void clear() {
    for (ByteBuffer view : views) {
      for (int at = 0; at + Long.BYTES <= view.capacity(); at += Long.BYTES) {
        if ((long) WORDS.getAcquire(view, at) != 0) {
          WORDS.setRelease(view, at, 0L);
        }
      }
    }
    count.reset();
  }

  /**
   * Adds the rows of this set that are in {@code [from, to)} to another set, one word at a time.
   */
  public void addTo(RowBits target, long from, long to) {
    for (long row = from & -Long.SIZE; row < to; row += Long.SIZE) {
      target.addWord(row, word(row) & RowBits.mask(row, from, to));
    }
  }

  private long word(long row) {
    return (long) WORDS.getAcquire(view(row), wordOffset(row));
  }

  private ByteBuffer view(long row) {
    return views[(int) (row >>> VIEW_SHIFT)];
  }

  /** Position of a row's word in its view, in bytes. */
  private static int wordOffset(long row) {
    return (int) (row >>> 6 & (VIEW_BYTES / Long.BYTES - 1)) * Long.BYTES;
  }
}
