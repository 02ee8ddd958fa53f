package dev.farsight.engine.data;

import com.sun.jna.Memory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.internal.Sizes;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.progress.ProgressMeter;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/**
 * The fixed tables of {@link MultiHotData}: of each feature with h lookups whose table has n rows,
 * n x (h - 1) indices. Drawn table after table, row after row, from one {@link LegacyRandom} of
 * seed 0, by one thread. Once drawn, they are only read, by any threads.
 *
 * <p><b>Memory.</b> {@link #bytes}, outside the Java heap, in chunks of at most 1 GiB, each of
 * whole rows. {@link #close} frees them, and waits for those who {@linkplain #hold hold} them.
 */
final class MultiHotTables implements AutoCloseable {

  private static final int SEED = 0;
  private static final int MOST_CHUNK_INDICES = 1 << 28;
  private static final int DRAWN_AT_ONCE = 1 << 16;

  private final int[] rows;

  /** By feature; what a bag has beside the index of the source. */
  private final int[] width;

  /** By feature: a chunk has 2 to the power of this many rows, but for the last. */
  private final int[] shift;

  /** By feature and chunk. */
  private final IntBuffer[][] chunks;

  /** What the chunks lie in; empty when it is freed. */
  private final List<Memory> memory = new ArrayList<>();

  /** Held for reading while a batch is made: reading memory that was freed ends the process. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private boolean closed;

  private MultiHotTables(BatchSchema schema) {
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
    var random = new LegacyRandom(SEED);
    var drawn = new int[DRAWN_AT_ONCE];
    try {
      for (int f = 0; f < tables.rows.length; f++) {
        tables.drawTable(f, random, drawn, meter);
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, tables);
      throw e;
    }
    meter.end();
    return tables;
  }

  private void drawTable(int feature, LegacyRandom random, int[] drawn, ProgressMeter meter) {
    int chunkRows = 1 << shift[feature];
    long all = width[feature] == 0 ? 0 : rows[feature];
    chunks[feature] = new IntBuffer[(int) ((all + chunkRows - 1) / chunkRows)];
    for (int c = 0; c < chunks[feature].length; c++) {
      long chunkRowsHere = Math.min(chunkRows, all - (long) c * chunkRows);
      int indices = Math.toIntExact(chunkRowsHere * width[feature]);
      IntBuffer chunk = allocate(indices);
      for (int at = 0; at < indices; at += drawn.length) {
        int count = Math.min(drawn.length, indices - at);
        random.draw(rows[feature], drawn, count);
        chunk.put(at, drawn, 0, count);
        meter.add(count);
      }
      chunks[feature][c] = chunk;
    }
  }

  private IntBuffer allocate(int indices) {
    long chunkBytes = (long) indices * Integer.BYTES;
    try {
      var chunk = new Memory(chunkBytes);
      memory.add(chunk);
      return chunk.getByteBuffer(0, chunkBytes).asIntBuffer();
    } catch (OutOfMemoryError e) {
      throw new FarsightException(
          "data.multi-hot cannot allocate " + Sizes.text(chunkBytes) + " of its tables", e);
    } catch (LinkageError e) {
      throw new FarsightException(
          "data.multi-hot cannot load JNA's native library ("
              + e.getMessage().lines().findFirst().orElse("")
              + "); name a folder that allows execution with -Djna.tmpdir=FOLDER",
          e);
    }
  }

  /**
   * Keeps the memory until {@link #letGo}.
   *
   * @throws IllegalStateException if it is freed
   */
  void hold() {
    use.readLock().lock();
    if (closed) {
      use.readLock().unlock();
      throw new IllegalStateException("the multi-hot tables are closed");
    }
  }

  void letGo() {
    use.readLock().unlock();
  }

  /**
   * Copies the indices that follow an index in its bag. Somebody holds the memory.
   *
   * @param target gets them, from {@code at} on
   */
  void copy(int feature, int index, int[] target, int at) {
    int chunkShift = shift[feature];
    int row = index & ((1 << chunkShift) - 1);
    int count = width[feature];
    chunks[feature][index >>> chunkShift].get(row * count, target, at, count);
  }

  /** Frees the memory. */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      closed = true;
      Arrays.fill(chunks, null);
      memory.forEach(Memory::close);
      memory.clear();
    } finally {
      use.writeLock().unlock();
    }
  }
}
