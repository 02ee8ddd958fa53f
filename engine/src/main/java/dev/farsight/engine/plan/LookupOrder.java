package dev.farsight.engine.plan;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowSlots;

/**
 * Writes what a step needs to know about a batch's lookups: the unique row of each lookup (unless
 * the device knows it), the slots of the rows, and the lookups grouped by row, in sample order
 * (unless the step groups them). Tables run in parallel. O(lookups) a batch; allocates nothing
 * after construction. One thread at a time.
 */
public final class LookupOrder {

  private final int tables;
  private final boolean stepOrders;
  private final Workers workers;

  /** Index of the next lookup of each unique row in the grouped order. */
  private final int[] cursors;

  /** Lookups of one table in grouped order, by worker. */
  private final int[][] grouped;

  // State of the current batch. The task below is created once, so a batch allocates nothing.
  private Batch batch;
  private UniqueRows rows;
  private RowSlots slots;
  private StepInput input;
  private final Workers.Task order = this::orderIn;

  /**
   * @param stepOrders whether the step {@linkplain CompiledStep#ordersLookups orders lookups
   *     itself}; if so, {@link StepInput#rowLookups} is not written
   */
  public LookupOrder(TableSet tables, int batchSize, boolean stepOrders, Workers workers) {
    this.stepOrders = stepOrders;
    this.workers = workers;
    this.tables = tables.size();
    cursors = new int[Deduper.maxUniqueRows(tables, batchSize)];
    grouped = new int[stepOrders ? 0 : workers.threads()][batchSize];
  }

  /**
   * Fills a step's input.
   *
   * @param rows the batch's unique rows
   * @param slots of these rows
   */
  public void write(Batch batch, UniqueRows rows, RowSlots slots, StepInput input) {
    this.batch = batch;
    this.rows = rows;
    this.slots = slots;
    this.input = input;
    int uniqueRows = rows.request().count();
    input.batch(batch);
    input.foundRows(rows.deviceRows());
    input.uniqueRows(uniqueRows);
    input.rowIds(rows.request().rows());
    input.rowStarts().put(uniqueRows, batch.lookups());
    workers.run(tables, order);
  }

  private void orderIn(int t, int worker) {
    int[] occurrences = rows.request().occurrences();
    int first = rows.tableStarts()[t];
    int end = rows.tableStarts()[t + 1];
    slots.copySlots(first, end, input.uniqueSlots());
    int nextLookup = batch.lookupStart(t);
    for (int u = first; u < end; u++) {
      cursors[u] = nextLookup;
      nextLookup += occurrences[u];
    }
    input.rowStarts().put(first, cursors, first, end - first);
    if (rows.deviceRows() == null) {
      input.uniqueOf().put(batch.lookupStart(t), rows.uniqueOf(t), 0, batch.samples());
    }
    if (!stepOrders) {
      group(t, rows.uniqueOf(t), grouped[worker]);
    }
  }

  /**
   * A stable counting sort; the occurrences of each row are known from deduplication. It scatters
   * to an array, which stays in the processor's cache and is faster than a buffer.
   */
  private void group(int t, int[] uniqueOf, int[] target) {
    int[] next = cursors;
    int samples = batch.samples();
    int first = batch.lookupStart(t);
    for (int s = 0; s < samples; s++) {
      target[next[uniqueOf[s]]++ - first] = first + s;
    }
    input.rowLookups().put(first, target, 0, samples);
  }

  /** Bytes on the heap if the host orders lookups, with so many threads. */
  public static long heapBytes(int batchSize, int maxUniqueRows, int threads) {
    return (long) Integer.BYTES * (maxUniqueRows + (long) threads * batchSize);
  }
}
