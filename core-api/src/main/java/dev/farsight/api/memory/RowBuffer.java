package dev.farsight.api.memory;

import dev.farsight.api.table.RowFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;

/**
 * Host memory that holds rows back to back. Rings and the transfers of a {@link
 * dev.farsight.api.store.RowStore} use it.
 *
 * <p>A byte buffer is limited to 2 GiB, so rows lie in chunks. A chunk has a power of two of rows
 * and at most 1 GiB. Each row lies completely in one chunk. If all rows together take at most 1
 * GiB, there is one chunk:
 *
 * <pre>
 * chunks   | row 0 | row 1 | ... | row 2^k - 1 |   | row 2^k | ...
 * row r    bytes(r) at byteAt(r)   = floats(r) at wordAt(r)
 * </pre>
 *
 * <p>At most {@value #MAX_ROWS} rows. Does not own its memory. Concurrent use of disjoint rows is
 * safe; all access is by absolute position, so no state is shared.
 */
public final class RowBuffer {

  /** Largest number of rows of a buffer. */
  public static final int MAX_ROWS = (1 << 28) - 1;

  /** Largest number of bytes of a chunk. */
  public static final int MAX_CHUNK_BYTES = 1 << 30;

  private final RowFormat format;
  private final int capacity;
  private final int rowBytes;
  private final int rowWords;
  private final int chunkShift;
  private final int chunkMask;
  private final ByteBuffer[] bytes;
  private final FloatBuffer[] floats;
  private final RowSeeds seeds;

  /** Creates a buffer of one chunk, {@code bytes}, with as many rows as fit. */
  public RowBuffer(RowFormat format, ByteBuffer bytes) {
    this(
        format,
        bytes.remaining() / format.bytes(),
        Integer.SIZE - 1,
        new ByteBuffer[] {bytes.slice()},
        null);
  }

  private RowBuffer(
      RowFormat format, int capacity, int chunkShift, ByteBuffer[] chunks, RowSeeds seeds) {
    this.format = format;
    this.capacity = capacity;
    this.rowBytes = format.bytes();
    this.rowWords = format.words();
    this.chunkShift = chunkShift;
    this.chunkMask = (1 << chunkShift) - 1;
    this.seeds = seeds;
    bytes = chunks;
    floats = new FloatBuffer[chunks.length];
    for (int c = 0; c < chunks.length; c++) {
      bytes[c] = chunks[c].order(ByteOrder.nativeOrder());
      floats[c] = bytes[c].asFloatBuffer();
    }
  }

  /**
   * Allocates a buffer of {@code rows} rows, at most {@link #MAX_ROWS}.
   *
   * @throws dev.farsight.api.FarsightException if the memory is not available
   */
  public static RowBuffer allocate(RowFormat format, int rows, HostBuffers buffers) {
    return allocate(format, rows, MAX_CHUNK_BYTES, null, buffers);
  }

  /** As {@link #allocate}, with {@link #seeds}. */
  public static RowBuffer allocateSeeded(RowFormat format, int rows, HostBuffers buffers) {
    return allocate(format, rows, MAX_CHUNK_BYTES, new RowSeeds(rows, buffers), buffers);
  }

  /**
   * As {@link #allocate}, in chunks of at most {@code maxChunkBytes} bytes, but at least one row.
   * For tests, which thus get several chunks without using much memory.
   */
  public static RowBuffer allocateChunked(
      RowFormat format, int rows, int maxChunkBytes, HostBuffers buffers) {
    return allocate(format, rows, maxChunkBytes, null, buffers);
  }

  /** As {@link #allocateChunked}, with {@link #seeds}. */
  public static RowBuffer allocateSeededChunked(
      RowFormat format, int rows, int maxChunkBytes, HostBuffers buffers) {
    return allocate(format, rows, maxChunkBytes, new RowSeeds(rows, buffers), buffers);
  }

  private static RowBuffer allocate(
      RowFormat format, int rows, int maxChunkBytes, RowSeeds seeds, HostBuffers buffers) {
    if (rows < 0 || rows > MAX_ROWS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a buffer of %d rows; at most %d are possible", rows, MAX_ROWS));
    }
    if ((long) rows * format.bytes() <= maxChunkBytes) {
      ByteBuffer only = buffers.bytes((long) rows * format.bytes());
      return new RowBuffer(format, rows, Integer.SIZE - 1, new ByteBuffer[] {only}, seeds);
    }
    int shift =
        Integer.SIZE
            - 1
            - Integer.numberOfLeadingZeros(Math.max(1, maxChunkBytes / format.bytes()));
    var chunks = new ByteBuffer[(rows + (1 << shift) - 1) >> shift];
    for (int c = 0; c < chunks.length; c++) {
      int rowsInChunk = Math.min(rows - (c << shift), 1 << shift);
      chunks[c] = buffers.bytes((long) rowsInChunk * format.bytes());
    }
    return new RowBuffer(format, rows, shift, chunks, seeds);
  }

  public RowFormat format() {
    return format;
  }

  /** How many rows fit. */
  public int capacity() {
    return capacity;
  }

  /** How many chunks there are. */
  public int chunks() {
    return bytes.length;
  }

  /** Rows of each chunk except the last, which may have fewer. */
  public int chunkRows() {
    return bytes.length == 1 ? capacity : 1 << chunkShift;
  }

  /** The chunk that holds a row, as bytes; use absolute positions only. */
  public ByteBuffer bytes(int row) {
    return bytes[row >>> chunkShift];
  }

  /** Position of a row in {@link #bytes(int)}, in bytes. */
  public int byteAt(int row) {
    return (row & chunkMask) * rowBytes;
  }

  /** The chunk that holds a row, as floats; use absolute positions only. */
  public FloatBuffer floats(int row) {
    return floats[row >>> chunkShift];
  }

  /** Position of a row in {@link #floats(int)}, in 4-byte words. */
  public int wordAt(int row) {
    return (row & chunkMask) * rowWords;
  }

  /** Bytes from the first row to this row, as if all rows lay in one chunk. */
  public long offset(int row) {
    return (long) row * rowBytes;
  }

  /** How many of the {@code rows} rows from {@code row} on lie in the same chunk as {@code row}. */
  public int rowsInChunk(int row, int rows) {
    return bytes.length == 1 ? rows : Math.min(rows, (1 << chunkShift) - (row & chunkMask));
  }

  /** Copies a row to another buffer of the same format. */
  public void copyRow(int row, RowBuffer target, int targetRow) {
    target.bytes(targetRow).put(target.byteAt(targetRow), bytes(row), byteAt(row), rowBytes);
  }

  /** Copies {@code rows} rows from {@code row} on to another buffer of the same format. */
  public void copyRows(int row, RowBuffer target, int targetRow, int rows) {
    for (int copied = 0; copied < rows; ) {
      int chunkRows =
          target.rowsInChunk(targetRow + copied, rowsInChunk(row + copied, rows - copied));
      target
          .bytes(targetRow + copied)
          .put(
              target.byteAt(targetRow + copied),
              bytes(row + copied),
              byteAt(row + copied),
              chunkRows * rowBytes);
      copied += chunkRows;
    }
  }

  /** Copies a row's {@link RowFormat#words()} words to {@code target}, as floats. */
  public void get(int row, float[] target) {
    floats(row).get(wordAt(row), target, 0, rowWords);
  }

  /** Replaces a row's {@link RowFormat#words()} words by those of {@code source}, as floats. */
  public void put(int row, float[] source) {
    floats(row).put(wordAt(row), source, 0, rowWords);
  }

  /**
   * All rows as bytes, of a buffer that has one chunk.
   *
   * @throws IllegalStateException if the buffer has several chunks
   */
  public ByteBuffer bytes() {
    return bytes[onlyChunk()];
  }

  /**
   * All rows as floats, of a buffer that has one chunk.
   *
   * @throws IllegalStateException if the buffer has several chunks
   */
  public FloatBuffer floats() {
    return floats[onlyChunk()];
  }

  private int onlyChunk() {
    if (bytes.length != 1) {
      throw new IllegalStateException("the rows lie in " + bytes.length + " chunks, not in one");
    }
    return 0;
  }

  /**
   * The seeds of rows that were never written, if the reader of this buffer draws such rows itself;
   * null if it does not. A writer of rows clears their seeds first.
   */
  public RowSeeds seeds() {
    return seeds;
  }
}
