package dev.farsight.engine.statistics;

import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowRequest;
import java.util.List;

/**
 * How often each row is looked up in the training part of the data; the evaluation part is not
 * counted. Counted in one pass over all batches, or estimated from every n-th batch. Memory: 4
 * bytes a row. A count stays at 2,147,483,647, which only the commonest values of the largest data
 * sets reach; rows beyond count as equally frequent.
 */
public final class RowCounts implements RowFrequencies {

  /**
   * Size of the histogram that selects the most frequent rows. Larger counts are capped at
   * HISTOGRAM_SIZE - 1, so rows with such counts are treated as equal.
   */
  private static final int HISTOGRAM_SIZE = 1 << 16;

  private final TableSet tables;
  private final int[][] counts;
  private final int scale;

  private RowCounts(TableSet tables, int scale) {
    this.tables = tables;
    this.scale = scale;
    counts = new int[tables.size()][];
    for (int t = 0; t < counts.length; t++) {
      counts[t] = new int[tables.get(t).rows()];
    }
  }

  /** Counts that are 0, to {@linkplain #add add} batches to. */
  public static RowCounts none(TableSet tables) {
    return new RowCounts(tables, 1);
  }

  /**
   * Counts the lookups of a pass over the training data.
   *
   * @param interval counts every {@code interval}-th batch; 1: all batches
   */
  public static RowCounts of(BatchSource training, int batchSize, int interval) {
    TableSet tables = training.schema().tables();
    var result = new RowCounts(tables, interval);
    var batch = new Batch(training.schema(), batchSize, HostBuffers.plain());
    for (long n = 0; training.next(batch); n++) {
      if (n % interval == 0) {
        result.add(batch);
      }
    }
    return result;
  }

  private void add(Batch batch) {
    List<Feature> features = batch.schema().features();
    for (int f = 0; f < features.size(); f++) {
      add(batch, f);
    }
  }

  /**
   * Counts the lookups of one feature in a batch. Features of different tables may be counted at
   * the same time by different threads.
   */
  public void add(Batch batch, int feature) {
    int[] tableCounts = counts[batch.schema().features().get(feature).table()];
    int[] indices = batch.indices(feature);
    int lookups = batch.lookups(feature);
    for (int i = 0; i < lookups; i++) {
      tableCounts[indices[i]] = oneMore(tableCounts[indices[i]]);
    }
  }

  /** Adds lookups of a row that were counted elsewhere. */
  public void add(long rowId, long lookups) {
    int table = tables.tableOf(rowId);
    int index = tables.indexOf(table, rowId);
    counts[table][index] = (int) Math.min(Integer.MAX_VALUE, counts[table][index] + lookups);
  }

  /** The counts of a table's rows, by their index. Not a copy. */
  public int[] ofTable(int table) {
    return counts[table];
  }

  public TableSet tables() {
    return tables;
  }

  /** The count plus one, or the same if it is the largest. */
  static int oneMore(int count) {
    int more = count + 1;
    // One too many is the only negative number: it becomes the largest again.
    return more - (more >>> 31);
  }

  @Override
  public long count(long rowId) {
    int table = tables.tableOf(rowId);
    return (long) counts[table][tables.indexOf(table, rowId)] * scale;
  }

  @Override
  public void counts(long[] rowIds, int from, int count, long[] target) {
    int table = 0;
    for (int i = 0; i < count; i++) {
      long row = rowIds[from + i];
      if (row < tables.offset(table) || row >= tables.offset(table + 1)) {
        table = tables.tableOf(row);
      }
      target[i] = (long) counts[table][tables.indexOf(table, row)] * scale;
    }
  }

  /**
   * Selects the most frequent rows, in order of row ids. Of rows with the same count, those with
   * the lowest row ids are selected; all counts from 65,535 on are treated as equal.
   *
   * @param maxRows number of rows; fewer if fewer rows occur
   */
  public RowRequest mostFrequent(int maxRows) {
    long[] rowsWithCount = new long[HISTOGRAM_SIZE];
    for (int[] table : counts) {
      for (int count : table) {
        rowsWithCount[Math.min(count, HISTOGRAM_SIZE - 1)]++;
      }
    }
    int threshold = HISTOGRAM_SIZE;
    long rowsAbove = 0;
    while (threshold > 1 && rowsAbove + rowsWithCount[threshold - 1] <= maxRows) {
      rowsAbove += rowsWithCount[--threshold];
    }
    // Selects all rows that occur at least `threshold` times, and the first rows of those that
    // occur once less.
    long remainingBelow = threshold > 1 ? maxRows - rowsAbove : 0;
    var rows = new RowRequest((int) (rowsAbove + remainingBelow));
    rows.begin(RowRequest.Use.WARM_UP, false);
    for (int t = 0; t < counts.length; t++) {
      for (int i = 0; i < counts[t].length; i++) {
        int count = Math.min(counts[t][i], HISTOGRAM_SIZE - 1);
        boolean justBelow = count == threshold - 1 && remainingBelow > 0;
        if (count >= threshold || justBelow) {
          rows.add(tables.rowId(t, i), 1);
          remainingBelow -= justBelow ? 1 : 0;
        }
      }
    }
    return rows;
  }

  /** Bytes on the heap. */
  public static long heapBytes(TableSet tables) {
    return Integer.BYTES * tables.rows();
  }
}
