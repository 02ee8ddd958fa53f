package dev.farsight.engine.predict;

import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.RowBits;
import dev.farsight.engine.memory.OwnedBuffers;
import dev.farsight.engine.model.RowRanks;
import java.util.Arrays;

/**
 * Packs rows, which may come in any order and more than once; the last values count. One thread.
 * Close it if {@link #build} is not reached.
 */
final class PackedRowsBuilder implements AutoCloseable {

  private static final int CHUNK_ROWS = 4096;

  private final RowReader below;
  private final RowPacking packing;
  private final PackedMemory memory;

  /** Ids of the rows in memory; null as long as they ascend, so that the set says it all. */
  private long[] ids;

  private final RowBits rows;
  private final long tableRows;
  private long last = -1;

  /**
   * @param below has all other rows; owned by the builder, and then by what it builds
   * @param expectedRows how many rows to expect; more are possible
   */
  PackedRowsBuilder(RowReader below, RowPacking packing, long expectedRows) {
    this.below = below;
    this.packing = packing;
    tableRows = below.spec().tables().rows();
    rows = new RowBits(tableRows);
    memory = new PackedMemory(packing.rowBytes(below.spec().format().dim()), expectedRows);
  }

  /**
   * Packs all rows of a reader that were ever written, above their initial values.
   *
   * @param source stays open
   */
  static PackedRows copyOf(RowReader source, RowReader initial, RowPacking packing) {
    var builder = new PackedRowsBuilder(initial, packing, source.rowsHeld());
    try (var buffers = new OwnedBuffers()) {
      long rowCount = source.spec().tables().rows();
      var written = new RowBits(rowCount);
      source.written(0, rowCount, written);
      var chunk = new long[CHUNK_ROWS];
      var weights = new float[source.spec().format().dim()];
      var buffer = RowBuffer.allocate(source.spec().format(), CHUNK_ROWS, buffers);
      for (long row = written.next(0); row >= 0; ) {
        int count = 0;
        for (; row >= 0 && count < CHUNK_ROWS; row = written.next(row + 1)) {
          chunk[count++] = row;
        }
        source.read(chunk, 0, count, buffer, 0).await();
        for (int i = 0; i < count; i++) {
          buffer.get(i, weights);
          builder.add(chunk[i], weights);
        }
      }
      return builder.build();
    } catch (RuntimeException | Error e) {
      builder.close();
      throw e;
    }
  }

  /** Packs a row. */
  void add(long row, float[] weights) {
    int memoryRow = place(row);
    packing.pack(weights, memory.buffer(memoryRow), memory.firstByte(memoryRow));
  }

  /** Copies a row that is packed in the same way. */
  void add(long row, PackedRows source) {
    source.copyPacked(row, memory, place(row));
  }

  private int place(long row) {
    int memoryRow = memory.add();
    if (ids == null && row <= last) {
      writeIds(memoryRow);
    }
    last = row;
    rows.add(row);
    if (ids != null) {
      if (memoryRow == ids.length) {
        ids = Arrays.copyOf(ids, ids.length * 2);
      }
      ids[memoryRow] = row;
    }
    return memoryRow;
  }

  /** From now on the order of ids is not that of the memory. */
  private void writeIds(int count) {
    ids = new long[Math.max(1024, 2 * count)];
    int memoryRow = 0;
    for (long row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
      ids[memoryRow++] = row;
    }
  }

  PackedRows build() {
    var ranks = new RowRanks(rows, tableRows);
    int[] memoryRows = null;
    if (ids != null) {
      memoryRows = new int[ranks.count()];
      for (int m = 0; m < memory.rows(); m++) {
        memoryRows[ranks.rank(ids[m])] = m;
      }
    }
    return new PackedRows(below, packing, memory, ranks, memoryRows);
  }

  /** Frees the rows, and closes what is below. */
  @Override
  public void close() {
    Closing.all(memory, below);
  }
}
