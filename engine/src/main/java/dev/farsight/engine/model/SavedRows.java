package dev.farsight.engine.model;

import dev.farsight.api.internal.Quoted;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import dev.farsight.api.table.Table;

/**
 * Reads the saved rows of one table into a store, a chunk at a time. Weights are rounded to the
 * nearest of the store's precision, which changes nothing if they were saved in it.
 */
final class SavedRows {

  private static final int CHUNK_BYTES = 1 << 24;

  private final SavedIndex index;
  private final NpyReader weight;

  /** Null if rows are given the state of rows never updated. */
  private final NpyReader state;

  SavedRows(Table table, NpyReader index, NpyReader weight, NpyReader state) {
    this.index = new SavedIndex(table, index);
    this.weight = weight;
    this.state = state;
  }

  /**
   * @param rows how many rows the files have
   * @param targetTable the table's position in the store
   */
  void load(long rows, RowStore store, int targetTable) {
    RowFormat format = store.spec().format();
    int chunk = (int) Math.min(rows, Math.max(1, CHUNK_BYTES / format.bytes()));
    var ids = new long[chunk];
    var buffer = RowBuffer.allocate(format, Math.max(1, chunk), HostBuffers.plain());
    var writer = new RowWeights(format);
    var weights = new float[format.dim()];
    float[] states = format.stateStart();
    for (long left = rows; left > 0; ) {
      int count = (int) Math.min(left, chunk);
      for (int r = 0; r < count; r++) {
        ids[r] = store.spec().tables().rowId(targetTable, index.next());
        read(weight, weights);
        if (state != null) {
          read(state, states);
        }
        writer.putNearest(buffer.floats(r), buffer.wordAt(r), weights);
        buffer.floats(r).put(buffer.wordAt(r) + format.stateWord(), states);
      }
      store.write(ids, 0, count, buffer, 0).await();
      left -= count;
    }
  }

  private static void read(NpyReader npy, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = npy.nextFloat();
    }
  }

  static String describe(Table table) {
    return Quoted.of(table.name()) + ", which has " + table.rows();
  }
}
