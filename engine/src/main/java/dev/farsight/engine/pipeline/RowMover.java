package dev.farsight.engine.pipeline;

import java.util.Arrays;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;

/**
 * Copies rows between a store and a ring, cut into slices for a team of threads. Allocates nothing
 * once made. One thread at a time.
 */
public final class RowMover implements AutoCloseable {

  private static final int SLICE = 512;

  private final RowStore store;
  private final Workers workers;
  private long[] rows;
  private int count;
  private RowBuffer ring;
  private int at;

  /** By slice; grows to the largest plan. */
  private Ticket[] tickets = new Ticket[0];

  private final Workers.Task readSlice =
      (slice, worker) -> {
        int from = slice * SLICE;
        int some = Math.min(SLICE, count - from);
        if (ring.seeds() != null) {
          ring.seeds().clear(at + from, some);
        }
        tickets[slice] = store().read(rows, from, some, ring, at + from);
      };
  private final Workers.Task writeSlice =
      (slice, worker) -> {
        int from = slice * SLICE;
        tickets[slice] =
            store().write(rows, from, Math.min(SLICE, count - from), ring, at + from);
      };

  /**
   * @param role names the threads
   */
  public RowMover(RowStore store, String role, int threads) {
    this.store = store;
    this.workers = new Workers(role, threads, Workers.LITTLE_PATIENCE);
  }

  private RowStore store() {
    return store;
  }

  /** Reads the first {@code count} rows into the ring, from its row {@code at} on. */
  public void read(long[] rows, int count, RowBuffer ring, int at) {
    run(rows, count, ring, at, readSlice);
  }

  /** Writes the first {@code count} rows from the ring, from its row {@code at} on. */
  public void write(long[] rows, int count, RowBuffer ring, int at) {
    store.expectWrites(rows, 0, count);
    run(rows, count, ring, at, writeSlice);
  }

  private void run(long[] rows, int count, RowBuffer ring, int at, Workers.Task slice) {
    if (count == 0) {
      return;
    }
    this.rows = rows;
    this.count = count;
    this.ring = ring;
    this.at = at;
    int slices = (count + SLICE - 1) / SLICE;
    if (tickets.length < slices) {
      tickets = new Ticket[slices];
    }
    Arrays.fill(tickets, 0, slices, Ticket.DONE);
    try {
      workers.run(slices, slice);
    } catch (RuntimeException | Error e) {
      try {
        awaitAll(slices);
      } catch (RuntimeException later) {
        e.addSuppressed(later);
      }
      throw e;
    }
    awaitAll(slices);
  }

  /** Also where a slice failed: the others' rows may still be on their way. */
  private void awaitAll(int slices) {
    RuntimeException failure = null;
    for (int slice = 0; slice < slices; slice++) {
      try {
        tickets[slice].await();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
