package dev.farsight.engine.predict;

import com.sun.jna.Memory;
import dev.farsight.api.FarsightException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Packed rows outside of the heap, in pieces that are added as rows are. Freed by hand, so that
 * versions that come and go leave nothing behind. One thread adds; then any number may read.
 */
final class PackedMemory implements AutoCloseable {

  private static final int MOST_PIECE_BYTES = 1 << 28;
  private static final int FIRST_PIECE_BYTES = 1 << 16;

  private final int rowBytes;

  /** Rows of each piece but the last; a power of two. */
  private final int pieceShift;

  private final List<Memory> pieces = new ArrayList<>();
  private ByteBuffer[] buffers = {};
  private int rows;

  /** Rows for which there is memory. */
  private long capacity;

  /**
   * @param expectedRows how many rows to expect; more are possible
   */
  PackedMemory(int rowBytes, long expectedRows) {
    this.rowBytes = rowBytes;
    long wanted = Math.max(FIRST_PIECE_BYTES, expectedRows * rowBytes);
    long pieceRows = Math.max(1, Math.min(MOST_PIECE_BYTES, wanted) / rowBytes);
    pieceShift = Long.SIZE - 1 - Long.numberOfLeadingZeros(pieceRows);
  }

  int rowBytes() {
    return rowBytes;
  }

  int rows() {
    return rows;
  }

  long bytes() {
    return capacity * rowBytes;
  }

  /**
   * Adds room for a row; returns its number.
   *
   * @throws FarsightException if there is no more memory
   */
  int add() {
    if (rows == capacity) {
      addPiece();
    }
    return rows++;
  }

  private void addPiece() {
    long bytes = (long) rowBytes << pieceShift;
    try {
      var piece = new Memory(bytes);
      pieces.add(piece);
      ByteBuffer[] more = Arrays.copyOf(buffers, buffers.length + 1);
      more[buffers.length] = piece.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
      buffers = more;
      capacity += 1L << pieceShift;
    } catch (OutOfMemoryError e) {
      throw new FarsightException(
          "rows of the model: cannot allocate "
              + bytes
              + " bytes in addition to "
              + bytes()
              + "; use serving.rows = mapped, or serving.row-precision = int8",
          e);
    }
  }

  /** The buffer that has a row. */
  ByteBuffer buffer(int row) {
    return buffers[row >>> pieceShift];
  }

  /** Where a row begins in its {@link #buffer}. */
  int firstByte(int row) {
    return (row & (1 << pieceShift) - 1) * rowBytes;
  }

  /** Frees the memory; it must not be touched any more. */
  @Override
  public void close() {
    pieces.forEach(Memory::close);
    pieces.clear();
  }
}
