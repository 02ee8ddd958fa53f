package dev.farsight.engine.plan;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.engine.cache.RowSlots;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Writes what a step needs to know about a batch's lookups: the unique row of each lookup (unless
 * the device knows it), the slots of the rows, and the lookups grouped by row, in lookup order,
 * with their bags (unless the step groups them). Tables run in parallel. O(lookups) a batch;
 * allocates nothing after construction. One thread at a time.
 */
public final class LookupOrder {

  /** The features of each table. */
  private final int[][] features;

  private final boolean stepOrders;
  private final Workers workers;

  /** Index of the next lookup of each unique row in the grouped order. */
  private final int[] cursors;

  /** Lookups of one table in grouped order, by worker. */
  private final int[][] grouped;

  /** Position of each table's first lookup in the grouped order. */
  private final int[] tableLookupStarts;

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
  public LookupOrder(BatchSchema schema, int batchSize, boolean stepOrders, Workers workers) {
    this.stepOrders = stepOrders;
    this.workers = workers;
    features = new int[schema.tables().size()][];
    Arrays.setAll(features, schema::featuresOf);
    tableLookupStarts = new int[features.length];
    cursors = new int[Deduper.maxUniqueRows(schema, batchSize)];
    grouped = new int[stepOrders ? 0 : workers.threads()][mostTableLookups(schema, batchSize)];
  }

  /** Most lookups of a batch in one table. */
  private static int mostTableLookups(BatchSchema schema, int batchSize) {
    long most = 0;
    for (int t = 0; t < schema.tables().size(); t++) {
      most = Math.max(most, schema.maxTableLookups(t, batchSize));
    }
    return Math.toIntExact(most);
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
    int start = 0;
    for (int t = 0; t < features.length; t++) {
      tableLookupStarts[t] = start;
      for (int f : features[t]) {
        start += batch.lookups(f);
      }
    }
    workers.run(features.length, order);
  }

  /** Those that write inputs. */
  public Workers workers() {
    return workers;
  }

  private void orderIn(int t, int worker) {
    int[] occurrences = rows.request().occurrences();
    int first = rows.tableStarts()[t];
    int end = rows.tableStarts()[t + 1];
    slots.copySlots(first, end, input.uniqueSlots());
    int nextLookup = tableLookupStarts[t];
    for (int u = first; u < end; u++) {
      cursors[u] = nextLookup;
      nextLookup += occurrences[u];
    }
    input.rowStarts().put(first, cursors, first, end - first);
    if (rows.deviceRows() == null) {
      for (int f : features[t]) {
        input.uniqueOf().put(batch.lookupStart(f), rows.uniqueOf(f), 0, batch.lookups(f));
      }
    }
    if (!stepOrders) {
      group(t, grouped[worker]);
      for (int f : features[t]) {
        writeBags(f);
      }
    }
  }

  /**
   * A stable counting sort; the occurrences of each row are known from deduplication. It scatters
   * to an array, which stays in the processor's cache and is faster than a buffer.
   */
  private void group(int t, int[] target) {
    int[] next = cursors;
    int tableStart = tableLookupStarts[t];
    int end = tableStart;
    for (int f : features[t]) {
      int[] uniqueOf = rows.uniqueOf(f);
      int lookups = batch.lookups(f);
      int lookupStart = batch.lookupStart(f);
      for (int i = 0; i < lookups; i++) {
        target[next[uniqueOf[i]]++ - tableStart] = lookupStart + i;
      }
      end += lookups;
    }
    input.rowLookups().put(tableStart, target, 0, end - tableStart);
  }

  private void writeBags(int f) {
    IntBuffer bagOf = input.bagOf();
    if (bagOf == null) {
      return;
    }
    int[] offsets = batch.offsets(f);
    int samples = batch.samples();
    int lookup = batch.lookupStart(f);
    for (int s = 0; s < samples; s++) {
      int end = offsets == null ? lookup + 1 : batch.lookupStart(f) + offsets[s + 1];
      for (; lookup < end; lookup++) {
        bagOf.put(lookup, f * samples + s);
      }
    }
  }

  /** Bytes on the heap if the host orders lookups, with so many threads. */
  public static long heapBytes(BatchSchema schema, int batchSize, int maxUniqueRows, int threads) {
    long grouped = (long) threads * mostTableLookups(schema, batchSize);
    return Integer.BYTES * (maxUniqueRows + grouped);
  }
}
