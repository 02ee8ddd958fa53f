package dev.farsight.engine.statistics;

import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowRequest;

/**
 * How often each row is looked up in the training data, never in the evaluation part. Counted in
 * one pass, exactly or from every n-th batch; 4 bytes a row.
 */
public final class RowCounts implements RowFrequencies {

  /** Counts up to this are told apart when the most frequent rows are chosen. */
  private static final int HISTOGRAM = 1 << 16;

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

  /**
   * Counts the lookups of a pass over the training data.
   *
   * @param every counts one batch in so many; 1 counts all
   */
  public static RowCounts of(BatchSource training, int batchSize, int every) {
    TableSet tables = training.schema().tables();
    var result = new RowCounts(tables, every);
    var batch = new Batch(training.schema(), batchSize, HostBuffers.plain());
    for (long n = 0; training.next(batch); n++) {
      if (n % every == 0) {
        result.add(batch);
      }
    }
    return result;
  }

  private void add(Batch batch) {
    for (int t = 0; t < counts.length; t++) {
      int[] count = counts[t];
      int[] indices = batch.indices(t);
      for (int s = 0; s < batch.samples(); s++) {
        count[indices[s]]++;
      }
    }
  }

  @Override
  public long count(long rowId) {
    int table = tables.tableOf(rowId);
    return (long) counts[table][tables.indexOf(table, rowId)] * scale;
  }

  @Override
  public void counts(long[] rowIds, int from, int count, long[] into) {
    int table = 0;
    for (int i = 0; i < count; i++) {
      long row = rowIds[from + i];
      if (row < tables.offset(table) || row >= tables.offset(table + 1)) {
        table = tables.tableOf(row);
      }
      into[i] = (long) counts[table][tables.indexOf(table, row)] * scale;
    }
  }

  /**
   * The {@code wanted} most frequent rows, or as many as occur at all, in order of row ids; of rows
   * that occur equally often (or more than 65,535 times) the first.
   */
  public RowRequest mostFrequent(int wanted) {
    long[] rowsWithCount = new long[HISTOGRAM];
    for (int[] table : counts) {
      for (int count : table) {
        rowsWithCount[Math.min(count, HISTOGRAM - 1)]++;
      }
    }
    int threshold = HISTOGRAM;
    long above = 0;
    while (threshold > 1 && above + rowsWithCount[threshold - 1] <= wanted) {
      above += rowsWithCount[--threshold];
    }
    // All rows that occur `threshold` times or more are taken, and the first of those just below.
    long atBorder = threshold > 1 ? wanted - above : 0;
    var rows = new RowRequest((int) (above + atBorder));
    rows.begin(RowRequest.Use.WARM_UP, false);
    for (int t = 0; t < counts.length; t++) {
      for (int i = 0; i < counts[t].length; i++) {
        int count = Math.min(counts[t][i], HISTOGRAM - 1);
        boolean border = count == threshold - 1 && atBorder > 0;
        if (count >= threshold || border) {
          rows.add(tables.rowId(t, i), 1);
          atBorder -= border ? 1 : 0;
        }
      }
    }
    return rows;
  }
}
