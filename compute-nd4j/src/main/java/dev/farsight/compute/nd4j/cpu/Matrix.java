package dev.farsight.compute.nd4j.cpu;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A row-major float32 matrix off-heap, seen by BLAS as a pointer and by Java as a buffer. Java
 * works on it a stretch at a time: bulk copies to a small array, a loop that HotSpot vectorises,
 * and back, which is four times faster than a loop on the buffer. Does not own its memory.
 */
final class Matrix {

  private final FloatPointer start;
  private final FloatBuffer floats;
  private final IntBuffer bits;
  private final int width;

  Matrix(FloatPointer start, ByteBuffer bytes, int width) {
    this.start = start;
    this.floats = bytes.asFloatBuffer();
    this.bits = bytes.asIntBuffer();
    this.width = width;
  }

  int width() {
    return width;
  }

  /** All values; use absolute positions only. */
  FloatBuffer floats() {
    return floats;
  }

  /** The same values as their bits. */
  IntBuffer bits() {
    return bits;
  }

  /** Position of a row in {@link #floats()}. */
  int at(int row) {
    return row * width;
  }

  /** Zeroes rows [from, end). */
  void clear(int from, int end) {
    for (int i = at(from); i < at(end); i++) {
      floats.put(i, 0f);
    }
  }

  /**
   * Reads a value of each of rows [from, end), in a loop so tight that cache misses overlap. If
   * rows are written next, few stores wait for the cache then, which would hold up the ones after
   * them.
   */
  void touch(int from, int end, int column, Scratch scratch) {
    float touched = 0;
    for (int row = from; row < end; row++) {
      touched += floats.get(at(row) + column);
    }
    scratch.keep(touched);
  }

  /** A new pointer to the value at (row, column). Allocates: not on the hot path. */
  FloatPointer pointer(int row, int column) {
    return start.getPointer((long) row * width + column);
  }

  /** Pointers to the first row of each tile. */
  FloatPointer[] tiles(Tiling tiling) {
    return pointers(tiling.tiles(), tiling.size(), 0);
  }

  /** Pointers to all rows. */
  FloatPointer[] rows() {
    return every(1, 0);
  }

  /** Pointers to every n-th row, or to the row that is {@code rowsAfter} rows after it. */
  FloatPointer[] every(int n, int rowsAfter) {
    return pointers(floats.capacity() / width / n, n, rowsAfter);
  }

  private FloatPointer[] pointers(int count, int rowsApart, int rowsAfter) {
    var pointers = new FloatPointer[count];
    for (int i = 0; i < count; i++) {
      pointers[i] = pointer(i * rowsApart + rowsAfter, 0);
    }
    return pointers;
  }
}
