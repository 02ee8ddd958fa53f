package dev.farsight.engine.plan;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.table.TableSet;
import java.nio.IntBuffer;

/**
 * Writes what a step needs to know about the lookups of a batch: which unique row each refers to,
 * the rows' slots, and the lookups grouped by row, in sample order. Tables run in parallel.
 * O(lookups) a batch; allocates nothing once made. One thread at a time.
 */
public final class LookupOrder {

  private final int batchSize;
  private final Workers workers;

  /** By table: where the next lookup of each of its unique rows goes. */
  private final int[][] cursors;

  // Of the batch under way, for the task, which is made once so that a batch allocates nothing.
  private Batch batch;
  private UniqueRows rows;
  private StepInput input;
  private final Workers.Task order = (t, worker) -> orderIn(t);

  public LookupOrder(TableSet tables, int batchSize, Workers workers) {
    this.batchSize = batchSize;
    this.workers = workers;
    cursors = new int[tables.size()][];
    for (int t = 0; t < cursors.length; t++) {
      cursors[t] = new int[Math.min(tables.get(t).rows(), batchSize)];
    }
  }

  /**
   * Fills a step's input.
   *
   * @param rows the batch's unique rows
   * @param slots their slots
   */
  public void write(Batch batch, UniqueRows rows, int[] slots, StepInput input) {
    this.batch = batch;
    this.rows = rows;
    this.input = input;
    int uniqueRows = rows.request().count();
    input.batch(batch);
    input.uniqueRows(uniqueRows);
    input.uniqueSlots().put(0, slots, 0, uniqueRows);
    input.rowStarts().put(uniqueRows, batch.lookups());
    workers.run(cursors.length, order);
  }

  /** A stable counting sort; how often each row occurs is known from deduplication. */
  private void orderIn(int t) {
    int[] cursor = cursors[t];
    int[] occurrences = rows.request().occurrences();
    int first = rows.tableStarts()[t];
    int count = rows.tableStarts()[t + 1] - first;
    int at = t * batch.samples();
    for (int u = 0; u < count; u++) {
      cursor[u] = at;
      at += occurrences[first + u];
    }
    input.rowStarts().put(first, cursor, 0, count);
    IntBuffer uniqueOf = input.uniqueOf();
    IntBuffer lookups = input.rowLookups();
    int[] numbers = rows.uniqueOf(t);
    int lookup = t * batchSize;
    for (int s = 0; s < batch.samples(); s++, lookup++) {
      int number = numbers[s];
      uniqueOf.put(lookup, first + number);
      lookups.put(cursor[number]++, lookup);
    }
  }
}
