package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;

/**
 * Slots and rings off-heap. Both are cut into chunks of a power of two of rows and at most 1 GiB,
 * because a buffer ends at 2 GiB.
 *
 * <p>Moves are plain copies, done when {@link #move} returns, by all workers where there are many.
 */
final class CpuSlots implements SlotMemory {

  private static final int ROWS_A_TASK = 512;

  private final RowFormat format;
  private final int slots;
  private final int floats;
  private final RowMemory rows;
  private final RowBuffer in;
  private final RowBuffer out;
  private final long deviceBytes;
  private final NativeMemory memory = new NativeMemory();
  private final Workers workers;
  private final Workers.Task evict = (task, worker) -> evict(task * ROWS_A_TASK);
  private final Workers.Task insert = (task, worker) -> insert(task * ROWS_A_TASK);
  private RowMoves moves;

  CpuSlots(RowFormat format, int slots, int inRows, int outRows, Workers workers) {
    this(format, slots, inRows, outRows, RowBuffer.MAX_CHUNK_BYTES, workers);
  }

  /**
   * @param maxChunkBytes most bytes of a chunk, of slots or a ring; a chunk holds at least one row
   */
  CpuSlots(
      RowFormat format, int slots, int inRows, int outRows, int maxChunkBytes, Workers workers) {
    this.format = format;
    this.slots = slots;
    this.floats = format.words();
    this.workers = workers;
    try {
      rows = RowMemory.allocate(format, slots, maxChunkBytes, memory);
      deviceBytes = memory.allocated();
      in = RowBuffer.allocateChunked(format, inRows, maxChunkBytes, memory);
      out = RowBuffer.allocateChunked(format, outRows, maxChunkBytes, memory);
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  /** The rows of the slots. */
  RowMemory rows() {
    return rows;
  }

  @Override
  public RowFormat format() {
    return format;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public RowBuffer in() {
    return in;
  }

  @Override
  public RowBuffer out() {
    return out;
  }

  @Override
  public Ticket move(RowMoves moves) {
    this.moves = moves;
    workers.run(tasks(moves.evictions()), evict);
    workers.run(tasks(moves.loads() + moves.forwards()), insert);
    this.moves = null;
    return Ticket.DONE;
  }

  private static int tasks(int rows) {
    return (rows + ROWS_A_TASK - 1) / ROWS_A_TASK;
  }

  private void evict(int from) {
    int end = Math.min(from + ROWS_A_TASK, moves.evictions());
    for (int i = from; i < end; i++) {
      int slot = moves.evictSlots().get(i);
      int row = moves.outFrom() + i;
      out.floats(row).put(out.wordAt(row), rows.chunk(slot), rows.at(slot), floats);
    }
  }

  /** Loads first, then forwards, numbered on. */
  private void insert(int from) {
    int loads = moves.loads();
    int end = Math.min(from + ROWS_A_TASK, loads + moves.forwards());
    for (int i = from; i < end; i++) {
      if (i < loads) {
        put(moves.loadSlots().get(i), in, moves.inFrom() + i);
      } else {
        put(moves.forwardSlots().get(i - loads), out, moves.forwardRows().get(i - loads));
      }
    }
  }

  private void put(int slot, RowBuffer ring, int row) {
    rows.chunk(slot).put(rows.at(slot), ring.floats(row), ring.wordAt(row), floats);
  }

  @Override
  public long deviceBytes() {
    return deviceBytes;
  }

  @Override
  public void close() {
    memory.close();
  }
}
