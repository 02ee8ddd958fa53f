package dev.farsight.engine.pipeline;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import java.util.Arrays;

/**
 * Copies rows between a store and a ring, in slices for a team of threads. Allocates nothing after
 * construction. One thread at a time.
 */
public final class RowMover implements AutoCloseable {

  private static final int SLICE = 512;

  private final MovedRows store;
  private final Workers workers;

  // State of the current copy. The tasks below are created once, so copying allocates nothing.
  private long[] rows;
  private int count;
  private RowBuffer ring;
  private int firstRingRow;

  /** By slice; grows to the largest plan. */
  private Ticket[] tickets = new Ticket[0];

  private final Workers.Task readSlice =
      (slice, worker) -> {
        int from = slice * SLICE;
        int sliceRows = Math.min(SLICE, count - from);
        if (ring.seeds() != null) {
          ring.seeds().clear(firstRingRow + from, sliceRows);
        }
        tickets[slice] = store().read(rows, from, sliceRows, ring, firstRingRow + from);
      };
  private final Workers.Task writeSlice =
      (slice, worker) -> {
        int from = slice * SLICE;
        int sliceRows = Math.min(SLICE, count - from);
        tickets[slice] = store().write(rows, from, sliceRows, ring, firstRingRow + from);
      };

  /**
   * @param role names the threads
   */
  public RowMover(RowStore store, String role, int threads) {
    this(MovedRows.of(store), role, threads);
  }

  /**
   * As for a whole store.
   *
   * @param role names the threads
   */
  public RowMover(MovedRows store, String role, int threads) {
    this.store = store;
    this.workers = new Workers(role, threads, Workers.SHORT_SPIN_NANOS);
  }

  /** How many threads move rows. */
  public int threads() {
    return workers.threads();
  }

  private MovedRows store() {
    return store;
  }

  /** Reads the first {@code count} rows into the ring, from ring row {@code ringRow} on. */
  public void read(long[] rows, int count, RowBuffer ring, int ringRow) {
    run(rows, count, ring, ringRow, readSlice);
  }

  /** Writes the first {@code count} rows from the ring, from ring row {@code ringRow} on. */
  public void write(long[] rows, int count, RowBuffer ring, int ringRow) {
    store.expectWrites(rows, 0, count);
    run(rows, count, ring, ringRow, writeSlice);
  }

  private void run(long[] rows, int count, RowBuffer ring, int ringRow, Workers.Task task) {
    if (count == 0) {
      return;
    }
    this.rows = rows;
    this.count = count;
    this.ring = ring;
    firstRingRow = ringRow;
    int slices = (count + SLICE - 1) / SLICE;
    if (tickets.length < slices) {
      tickets = new Ticket[slices];
    }
    Arrays.fill(tickets, 0, slices, Ticket.DONE);
    try {
      workers.run(slices, task);
    } catch (RuntimeException | Error e) {
      awaitAfter(e, slices);
      throw e;
    }
    for (int slice = 0; slice < slices; slice++) {
      try {
        tickets[slice].await();
      } catch (RuntimeException | Error e) {
        awaitAfter(e, slices);
        throw e;
      }
    }
  }

  /** The rows of other slices may still be on their way: the ring must not be reused before. */
  private void awaitAfter(Throwable failure, int slices) {
    for (int slice = 0; slice < slices; slice++) {
      try {
        tickets[slice].await();
      } catch (RuntimeException | Error e) {
        if (e != failure) {
          failure.addSuppressed(e);
        }
      }
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
