package dev.farsight.engine.predict;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.OpenGuard;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import dev.farsight.engine.model.RowRanks;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rows packed in memory, above a reader that has all others: the rows of a model above initial
 * ones, or those that changed above the ones before. Several readers may stand above one; it is
 * closed, and closes what is below, once all of them are.
 *
 * <p><b>Memory.</b> The packed rows; one bit a row of the tables, where there are any; 4 bytes a
 * row unless they came in the order of their ids. <b>Threads.</b> Any number. Allocates the weights
 * of one row for the first call of a thread, which all layers share.
 */
final class PackedRows implements RowReader {

  private final RowReader below;
  private final RowPacking packing;
  private final PackedMemory memory;
  private final RowRanks ranks;

  /** By rank: which row of the memory; null if that is the rank. */
  private final int[] memoryRows;

  private final long rowsHeld;
  private final OpenGuard guard = new OpenGuard();
  private final AtomicInteger owners = new AtomicInteger(1);

  /** The weights of a row that a call unpacks; one for all layers. */
  private final ThreadLocal<float[]> unpacked;

  /** Has the rows that no layer has. */
  private final RowReader lowest;

  /**
   * @param below owned by this reader from now on
   * @param memory owned too
   */
  PackedRows(
      RowReader below, RowPacking packing, PackedMemory memory, RowRanks ranks, int[] memoryRows) {
    this.below = below;
    this.packing = packing;
    this.memory = memory;
    this.ranks = ranks;
    this.memoryRows = memoryRows;
    rowsHeld = below.rowsHeld() + countNew();
    if (below instanceof PackedRows layer) {
      unpacked = layer.unpacked;
      lowest = layer.lowest;
    } else {
      int dim = below.spec().format().dim();
      unpacked = ThreadLocal.withInitial(() -> new float[dim]);
      lowest = below;
    }
  }

  private long countNew() {
    if (below.rowsHeld() == 0) {
      return ranks.count();
    }
    long added = 0;
    for (long row = ranks.rows().next(0); row >= 0; row = ranks.rows().next(row + 1)) {
      added += below.written(row) ? 0 : 1;
    }
    return added;
  }

  /** Lets one more reader stand above this one; it closes this one once more. */
  PackedRows share() {
    owners.incrementAndGet();
    return this;
  }

  /** The reader of all other rows. */
  RowReader below() {
    return below;
  }

  /** How many rows are packed here. */
  int packedRows() {
    return ranks.count();
  }

  /** The rows that are packed here. */
  RowBits packedIds() {
    return ranks.rows();
  }

  /** How rows are packed, in all layers. */
  RowPacking packing() {
    return packing;
  }

  /** The highest layer, from this one down, that has a row; null if none has it. */
  PackedRows layerOf(long row) {
    PackedRows layer = this;
    while (!layer.ranks.contains(row)) {
      if (!(layer.below instanceof PackedRows lower)) {
        return null;
      }
      layer = lower;
    }
    return layer;
  }

  /** Copies a packed row as it is. */
  void copyPacked(long row, PackedMemory target, int targetRow) {
    int from = memoryRow(row);
    target
        .buffer(targetRow)
        .put(
            target.firstByte(targetRow),
            memory.buffer(from),
            memory.firstByte(from),
            memory.rowBytes());
  }

  private int memoryRow(long row) {
    int rank = ranks.rank(row);
    return memoryRows == null ? rank : memoryRows[rank];
  }

  @Override
  public StoreSpec spec() {
    return below.spec();
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    spec().check(rows, from, count, target, targetRow);
    // Layers below are open as long as this one is.
    long call = guard.begin();
    try {
      float[] weights = unpacked.get();
      for (int i = 0; i < count; i++) {
        long row = rows[from + i];
        PackedRows layer = layerOf(row);
        if (layer == null) {
          lowest.read(rows, from + i, 1, target, targetRow + i).await();
        } else {
          int packed = layer.memoryRow(row);
          packing.unpack(layer.memory.buffer(packed), layer.memory.firstByte(packed), weights);
          target.floats(targetRow + i).put(target.wordAt(targetRow + i), weights);
        }
      }
    } finally {
      guard.end(call);
    }
    return Ticket.DONE;
  }

  @Override
  public boolean written(long row) {
    return ranks.contains(row) || below.written(row);
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    below.written(fromRow, toRow, target);
    target.addAll(ranks.rows(), fromRow, toRow);
  }

  @Override
  public long rowsHeld() {
    return rowsHeld;
  }

  @Override
  public StoreStats stats() {
    StoreStats others = below.stats();
    return new StoreStats(others.rowsRead(), others.rowsWritten(), others.bytes() + memory.bytes());
  }

  @Override
  public void close() {
    if (owners.decrementAndGet() == 0) {
      guard.close(memory::close);
      below.close();
    }
  }
}
