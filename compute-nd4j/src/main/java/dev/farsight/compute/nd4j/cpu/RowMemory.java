package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.table.RowFormat;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Rows off-heap, by number: those of slots, or those that arrived from other ranks. Cut into chunks
 * of a power of two of rows, because a buffer ends at 2 GiB. Does not own its memory.
 */
final class RowMemory {

  private final RowFormat format;
  private final int floats;
  private final int shift;
  private final int mask;
  private final FloatBuffer[] chunks;

  private RowMemory(RowFormat format, int shift, FloatBuffer[] chunks) {
    this.format = format;
    this.floats = format.words();
    this.shift = shift;
    this.mask = (1 << shift) - 1;
    this.chunks = chunks;
  }

  /**
   * Rows in new memory.
   *
   * @param maxChunkBytes most bytes of a chunk; a chunk holds at least one row
   */
  static RowMemory allocate(RowFormat format, int rows, int maxChunkBytes, NativeMemory memory) {
    int shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, maxChunkBytes / format.bytes()));
    int chunkRows = 1 << shift;
    var chunks = new FloatBuffer[(int) (((long) rows + chunkRows - 1) >> shift)];
    for (int c = 0; c < chunks.length; c++) {
      int rowsOfChunk = Math.min(rows - (c << shift), chunkRows);
      chunks[c] = memory.floats((long) rowsOfChunk * format.words());
    }
    return new RowMemory(format, shift, chunks);
  }

  /** Rows of float32 weights, without state, in one buffer. */
  static RowMemory ofWeights(int dim, FloatBuffer buffer) {
    return new RowMemory(RowFormat.of(dim, 0), 31, new FloatBuffer[] {buffer});
  }

  RowFormat format() {
    return format;
  }

  /** The chunk that holds a row. */
  FloatBuffer chunk(int row) {
    return chunks[row >> shift];
  }

  /** Position of a row in its chunk. */
  int at(int row) {
    return (row & mask) * floats;
  }

  /**
   * Reads a little of the rows {@code numbers[from]} to {@code numbers[end - 1]}, in a loop so
   * tight that cache misses overlap.
   */
  void touch(IntBuffer numbers, int from, int end, Scratch scratch) {
    float touched = 0;
    for (int i = from; i < end; i++) {
      int row = numbers.get(i);
      touched += chunk(row).get(at(row));
    }
    scratch.keep(touched);
  }

  /** Reads a little of the rows of the first {@code count} of {@code numbers}. */
  void touch(int[] numbers, int count, Scratch scratch) {
    float touched = 0;
    for (int i = 0; i < count; i++) {
      int row = numbers[i];
      touched += chunk(row).get(at(row));
    }
    scratch.keep(touched);
  }
}
