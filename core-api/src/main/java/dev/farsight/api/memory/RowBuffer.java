package dev.farsight.api.memory;

import dev.farsight.api.table.RowFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A stretch of host memory that holds rows back to back, row r at byte r * format.bytes(). Rings
 * and the transfers of a {@link dev.farsight.api.store.RowStore} use it. At most 2 GiB.
 *
 * <p>Does not own its memory. Concurrent use of disjoint rows is safe; all access is by absolute
 * position, so no state is shared.
 */
public final class RowBuffer {

  private final RowFormat format;
  private final int capacity;
  private final ByteBuffer bytes;
  private final FloatBuffer floats;
  private final RowSeeds seeds;

  /** Rows in {@code bytes}, as many as fit. */
  public RowBuffer(RowFormat format, ByteBuffer bytes) {
    this(format, bytes, null);
  }

  private RowBuffer(RowFormat format, ByteBuffer bytes, RowSeeds seeds) {
    this.format = format;
    this.bytes = bytes.slice().order(ByteOrder.nativeOrder());
    this.floats = this.bytes.asFloatBuffer();
    this.capacity = bytes.remaining() / format.bytes();
    this.seeds = seeds;
  }

  public static RowBuffer allocate(RowFormat format, int rows, HostBuffers buffers) {
    return new RowBuffer(format, buffers.bytes((long) rows * format.bytes()));
  }

  /** As {@link #allocate}, with {@link #seeds}. */
  public static RowBuffer allocateSeeded(RowFormat format, int rows, HostBuffers buffers) {
    ByteBuffer bytes = buffers.bytes((long) rows * format.bytes());
    return new RowBuffer(format, bytes, new RowSeeds(rows, buffers));
  }

  public RowFormat format() {
    return format;
  }

  /** How many rows fit. */
  public int capacity() {
    return capacity;
  }

  /** The memory as bytes; use absolute positions only. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** The same memory as floats; use absolute positions only. */
  public FloatBuffer floats() {
    return floats;
  }

  /**
   * Takes the place of rows that were never written, where whoever takes the rows out draws them
   * itself; null where it does not. Who puts rows in clears their seeds first.
   */
  public RowSeeds seeds() {
    return seeds;
  }

  /** Position of a row in {@link #bytes()}. */
  public int byteAt(int row) {
    return row * format.bytes();
  }

  /** Position of a row in {@link #floats()}. */
  public int floatAt(int row) {
    return row * format.floats();
  }
}
