package dev.farsight.engine.plan;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowSlots;

/**
 * Writes what a step needs to know about the lookups of a batch: which unique row each refers to
 * unless the device found that, the rows' slots, and the lookups grouped by row, in sample order,
 * unless the step groups them itself. Tables run in parallel. O(lookups) a batch; allocates nothing
 * once made. One thread at a time.
 */
public final class LookupOrder {

  private final int tables;
  private final boolean stepOrders;
  private final Workers workers;

  /** Where the next lookup of each unique row goes. */
  private final int[] cursors;

  /** By worker: a table's lookups in their order. */
  private final int[][] grouped;

  // Of the batch under way, for the task, which is made once so that a batch allocates nothing.
  private Batch batch;
  private UniqueRows rows;
  private RowSlots slots;
  private StepInput input;
  private final Workers.Task order = this::orderIn;

  /**
   * @param stepOrders whether the step {@linkplain CompiledStep#ordersLookups orders lookups
   *     itself}, so that {@link StepInput#rowLookups} is left as it is
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
    input.found(rows.found());
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
    int at = batch.lookupStart(t);
    for (int u = first; u < end; u++) {
      cursors[u] = at;
      at += occurrences[u];
    }
    input.rowStarts().put(first, cursors, first, end - first);
    if (rows.found() == null) {
      input.uniqueOf().put(batch.lookupStart(t), rows.uniqueOf(t), 0, batch.samples());
    }
    if (!stepOrders) {
      group(t, rows.uniqueOf(t), grouped[worker]);
    }
  }

  /**
   * A stable counting sort; how often each row occurs is known from deduplication. It scatters in
   * an array, which is in the processor's cache, and faster than a buffer.
   */
  private void group(int t, int[] uniqueOf, int[] into) {
    int[] next = cursors;
    int samples = batch.samples();
    int first = batch.lookupStart(t);
    for (int s = 0; s < samples; s++) {
      into[next[uniqueOf[s]]++ - first] = first + s;
    }
    input.rowLookups().put(first, into, 0, samples);
  }
}
