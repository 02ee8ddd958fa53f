package dev.farsight.engine.predict;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.HostBuffers;
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
 * row unless they came in the order of their ids. <b>Threads.</b> Any number. Allocates for the
 * first call of a thread only.
 */
final class PackedRows implements RowReader {

  /** Rows that are asked of the reader below at once. */
  private static final int CHUNK_ROWS = 256;

  private final RowReader below;
  private final RowPacking packing;
  private final PackedMemory memory;
  private final RowRanks ranks;

  /** By rank: which row of the memory; null if that is the rank. */
  private final int[] memoryRows;

  private final long rowsHeld;
  private final OpenGuard guard = new OpenGuard();
  private final AtomicInteger owners = new AtomicInteger(1);
  private final ThreadLocal<Scratch> scratch;

  /** Working memory of a call. */
  private static final class Scratch {
    private final float[] weights;
    private final long[] ids = new long[CHUNK_ROWS];
    private final int[] targetRows = new int[CHUNK_ROWS];
    private final RowBuffer rows;

    Scratch(StoreSpec spec) {
      weights = new float[spec.format().dim()];
      rows = RowBuffer.allocate(spec.format(), CHUNK_ROWS, HostBuffers.plain());
    }
  }

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
    StoreSpec spec = below.spec();
    scratch = ThreadLocal.withInitial(() -> new Scratch(spec));
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

  RowPacking packing() {
    return packing;
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
    long call = guard.begin();
    try {
      Scratch own = scratch.get();
      int others = 0;
      for (int i = 0; i < count; i++) {
        long row = rows[from + i];
        if (ranks.contains(row)) {
          int packed = memoryRow(row);
          packing.unpack(memory.buffer(packed), memory.firstByte(packed), own.weights);
          target.floats(targetRow + i).put(target.wordAt(targetRow + i), own.weights);
        } else {
          own.ids[others] = row;
          own.targetRows[others++] = targetRow + i;
          if (others == CHUNK_ROWS) {
            readBelow(own, others, target);
            others = 0;
          }
        }
      }
      readBelow(own, others, target);
    } finally {
      guard.end(call);
    }
    return Ticket.DONE;
  }

  private void readBelow(Scratch own, int count, RowBuffer target) {
    if (count > 0) {
      below.read(own.ids, 0, count, own.rows, 0).await();
      for (int i = 0; i < count; i++) {
        own.rows.copyRow(i, target, own.targetRows[i]);
      }
    }
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
