package dev.farsight.engine.data;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.progress.ProgressMeter;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The fixed tables of {@link MultiHotData}: of each feature with h lookups whose table has n rows,
 * n x (h - 1) indices. Drawn table after table, row after row, from one {@link LegacyRandom} of
 * seed 0, by one thread. Once drawn, they are only read, by any threads.
 *
 * <p><b>Memory.</b> {@link #bytes}, outside the Java heap, in chunks of at most 1 GiB, each of
 * whole rows. The garbage collector frees them.
 */
final class MultiHotTables {

  private static final int SEED = 0;
  private static final int MOST_CHUNK_INDICES = 1 << 28;
  private static final int DRAWN_AT_ONCE = 1 << 16;
  private static final long LARGE_BYTES = 1L << 30;

  private final long bytes;

  private final int[] rows;

  /** By feature; what a bag has beside the index of the source. */
  private final int[] width;

  /** By feature: a chunk has 2 to the power of this many rows, but for the last. */
  private final int[] shift;

  /** By feature and chunk. */
  private final IntBuffer[][] chunks;

  private MultiHotTables(BatchSchema schema) {
    bytes = bytes(schema);
    int features = schema.features().size();
    rows = new int[features];
    width = new int[features];
    shift = new int[features];
    chunks = new IntBuffer[features][];
    for (int f = 0; f < features; f++) {
      rows[f] = schema.tables().get(schema.features().get(f).table()).rows();
      width[f] = schema.features().get(f).maxLookups() - 1;
      int chunkRows = Integer.highestOneBit(MOST_CHUNK_INDICES / Math.max(1, width[f]));
      shift[f] = Integer.numberOfTrailingZeros(chunkRows);
    }
  }

  /** Bytes of all tables of a schema that {@link MultiHotData} has made. */
  static long bytes(BatchSchema schema) {
    return indices(schema) * Integer.BYTES;
  }

  private static long indices(BatchSchema schema) {
    return IntStream.range(0, schema.features().size())
        .mapToObj(schema.features()::get)
        .mapToLong(f -> (f.maxLookups() - 1L) * schema.tables().get(f.table()).rows())
        .sum();
  }

  /**
   * Draws all tables.
   *
   * @param schema one that {@link MultiHotData} has made
   * @throws dev.farsight.api.FarsightException if the memory is not available
   */
  static MultiHotTables draw(BatchSchema schema, RunListener events) {
    var tables = new MultiHotTables(schema);
    var meter = ProgressMeter.begin(events, "drawing multi-hot tables", indices(schema), "indices");
    var buffers = HostBuffers.plain();
    var random = new LegacyRandom(SEED);
    var drawn = new int[DRAWN_AT_ONCE];
    for (int f = 0; f < tables.rows.length; f++) {
      tables.drawTable(f, buffers, random, drawn, meter);
    }
    meter.end();
    return tables;
  }

  private void drawTable(
      int feature, HostBuffers buffers, LegacyRandom random, int[] drawn, ProgressMeter meter) {
    int chunkRows = 1 << shift[feature];
    long all = width[feature] == 0 ? 0 : rows[feature];
    chunks[feature] = new IntBuffer[(int) ((all + chunkRows - 1) / chunkRows)];
    for (int c = 0; c < chunks[feature].length; c++) {
      long chunkRowsHere = Math.min(chunkRows, all - (long) c * chunkRows);
      int indices = Math.toIntExact(chunkRowsHere * width[feature]);
      IntBuffer chunk = buffers.ints(indices);
      for (int at = 0; at < indices; at += drawn.length) {
        int count = Math.min(drawn.length, indices - at);
        random.draw(rows[feature], drawn, count);
        chunk.put(at, drawn, 0, count);
        meter.add(count);
      }
      chunks[feature][c] = chunk;
    }
  }

  /**
   * Copies the indices that follow an index in its bag.
   *
   * @param target gets them, from {@code at} on
   */
  void copy(int feature, int index, int[] target, int at) {
    int chunkShift = shift[feature];
    int row = index & ((1 << chunkShift) - 1);
    int count = width[feature];
    chunks[feature][index >>> chunkShift].get(row * count, target, at, count);
  }

  /**
   * Lets go of the memory. Tables that are large are collected at once: the garbage collector does
   * not count them, and might leave them lying while the next run draws its own.
   */
  void release() {
    boolean large = bytes > LARGE_BYTES;
    Arrays.fill(chunks, null);
    if (large) {
      System.gc();
    }
  }
}
