package dev.farsight.bench.stats;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.ValueObserver;
import dev.farsight.api.table.InitialRows;
import java.util.Arrays;

/**
 * Counts a stretch of a part for someone who adds stretches up. Counts of rows are kept in a hash
 * table of the rows that occur, and taken whenever there are many. Memory: at most about 50 MiB, if
 * a batch has fewer than a million different rows. Used by one thread.
 */
public final class StretchCounter {

  private static final int LEAST = 1 << 12;

  /** So many rows are taken before another batch. */
  private static final int FULL = 1 << 20;

  private static final long EMPTY = -1;

  private final BatchSchema schema;
  private final PartSummary summary;
  private final boolean countsRows;
  private long[] rows = {};
  private int[] counts = {};
  private int used;

  /**
   * @param countsRows whether rows, columns and raw values are counted, beside samples and clicks
   */
  public StretchCounter(BatchSchema schema, boolean countsRows) {
    this.schema = schema;
    this.countsRows = countsRows;
    summary = new PartSummary(schema);
    if (countsRows) {
      clear();
    }
  }

  private void clear() {
    rows = new long[LEAST];
    counts = new int[LEAST];
    Arrays.fill(rows, EMPTY);
    used = 0;
  }

  /** To be told the raw values of the samples. */
  public ValueObserver observer() {
    return countsRows ? summary.values() : new RawValues.Nothing();
  }

  /** Counts a batch; counts are to be taken before if {@link #isFull}. */
  public void add(Batch batch) {
    summary.addLabels(batch);
    if (!countsRows) {
      return;
    }
    for (int column = 0; column < schema.denseWidth(); column++) {
      summary.addDense(batch, column);
    }
    for (int feature = 0; feature < schema.features().size(); feature++) {
      summary.addFeature(batch, feature);
      addRows(batch, feature);
    }
  }

  private void addRows(Batch batch, int feature) {
    int table = schema.features().get(feature).table();
    int[] indices = batch.indices(feature);
    int lookups = batch.lookups(feature);
    for (int l = 0; l < lookups; l++) {
      long row = schema.tables().rowId(table, indices[l]);
      int at = place(row);
      if (rows[at] == EMPTY) {
        grow();
        at = place(row);
        rows[at] = row;
        used++;
      }
      counts[at]++;
    }
  }

  private int place(long row) {
    int at = (int) InitialRows.mix64(row) & (rows.length - 1);
    while (rows[at] != EMPTY && rows[at] != row) {
      at = (at + 1) & (rows.length - 1);
    }
    return at;
  }

  private void grow() {
    if (used < rows.length / 4 * 3) {
      return;
    }
    long[] oldRows = rows;
    int[] oldCounts = counts;
    rows = new long[2 * oldRows.length];
    counts = new int[rows.length];
    Arrays.fill(rows, EMPTY);
    for (int i = 0; i < oldRows.length; i++) {
      if (oldRows[i] != EMPTY) {
        int at = place(oldRows[i]);
        rows[at] = oldRows[i];
        counts[at] = oldCounts[i];
      }
    }
  }

  /** Whether counts are to be taken before another batch. */
  public boolean isFull() {
    return used >= FULL;
  }

  /** The counts since they were taken before. */
  public RowTally take() {
    long[] ids = new long[used];
    int[] times = new int[used];
    int next = 0;
    for (int i = 0; i < rows.length && next < used; i++) {
      if (rows[i] != EMPTY) {
        ids[next] = rows[i];
        times[next++] = counts[i];
      }
    }
    clear();
    return new RowTally(ids, times);
  }

  /**
   * What the samples come to.
   *
   * @param pass at its end
   */
  public PartSummary summary(BatchSource pass) {
    summary.end(pass);
    return summary;
  }
}
