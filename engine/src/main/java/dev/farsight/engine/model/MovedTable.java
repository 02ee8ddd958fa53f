package dev.farsight.engine.model;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import dev.farsight.api.table.Table;
import java.nio.FloatBuffer;

/**
 * A table of a model that stands elsewhere among the tables of a run. What a row is drawn as
 * depends on the position of its table, so the rows that the model never wrote are written. O(rows
 * of the table); a table in the same position costs nothing.
 */
final class MovedTable {

  private static final int CHUNK_ROWS = 16_384;

  private final InitialRows initial;
  private final int table;

  /**
   * @param initial the rows of the model that were never written
   * @param table the table's position in the model
   */
  MovedTable(InitialRows initial, int table) {
    this.initial = initial;
    this.table = table;
  }

  /** Writes the initial rows of the model to the table's position in a store, with new state. */
  void copyTo(RowStore store, int targetTable) {
    Table moved = initial.tables().get(table);
    RowFormat format = store.spec().format();
    var drawn = FloatBuffer.allocate(initial.format().words());
    var reader = new RowWeights(initial.format());
    var writer = new RowWeights(format);
    var weights = new float[format.dim()];
    float[] state = format.stateStart();
    var ids = new long[Math.min(CHUNK_ROWS, moved.rows())];
    var buffer = RowBuffer.allocate(format, ids.length, HostBuffers.plain());
    for (int from = 0; from < moved.rows(); from += ids.length) {
      int count = Math.min(ids.length, moved.rows() - from);
      for (int r = 0; r < count; r++) {
        ids[r] = store.spec().tables().rowId(targetTable, from + r);
        initial.fill(table, from + r, drawn, 0);
        reader.get(drawn, 0, weights);
        writer.putNearest(buffer.floats(r), buffer.wordAt(r), weights);
        buffer.floats(r).put(buffer.wordAt(r) + format.stateWord(), state);
      }
      store.write(ids, 0, count, buffer, 0).await();
    }
  }
}
