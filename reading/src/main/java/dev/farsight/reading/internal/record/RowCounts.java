package dev.farsight.reading.internal.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.function.IntConsumer;

/**
 * How often the rows of a table were looked up, counted up to a number that is enough: one byte a
 * row. Any number of threads may count; rows that have enough lookups, which are most of those
 * counted, are only read.
 */
public final class RowCounts implements IntConsumer {

  /** The most that is counted. */
  public static final int MOST = 255;

  /** Most rows of a table that can be counted: a Java array has no more bytes. */
  public static final int MOST_ROWS = Integer.MAX_VALUE - 8;

  private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);

  private final byte[] counts;
  private final int enough;

  /**
   * @param enough from 1 to {@link #MOST}
   */
  RowCounts(int rows, int enough) {
    this.counts = new byte[rows];
    this.enough = enough;
  }

  @Override
  public void accept(int row) {
    byte count;
    do {
      count = (byte) BYTES.getOpaque(counts, row);
      if (Byte.toUnsignedInt(count) >= enough) {
        return;
      }
    } while (!BYTES.compareAndSet(counts, row, count, (byte) (count + 1)));
  }

  /** The rows that were looked up often enough. */
  KeptRows frequent() {
    var frequent = new BitSet(counts.length);
    for (int row = 0; row < counts.length; row++) {
      if (Byte.toUnsignedInt(counts[row]) >= enough) {
        frequent.set(row);
      }
    }
    return new KeptRows(counts.length, frequent);
  }
}
