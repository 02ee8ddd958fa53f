package dev.farsight.bench.stats;

import dev.farsight.engine.statistics.RowCounts;
import java.io.Serial;
import java.io.Serializable;

/** How often some rows occur, by their ids. */
public final class RowTally implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  private final long[] rows;
  private final int[] counts;

  /**
   * @param rows ids, each once; not copied
   * @param counts as many; not copied
   */
  RowTally(long[] rows, int[] counts) {
    this.rows = rows;
    this.counts = counts;
  }

  /** How many rows. */
  public int size() {
    return rows.length;
  }

  /** The id of a row. */
  public long row(int position) {
    return rows[position];
  }

  /** How often it occurs. */
  public int count(int position) {
    return counts[position];
  }

  /** Adds all of them. */
  void addTo(RowCounts all) {
    for (int i = 0; i < rows.length; i++) {
      all.add(rows[i], counts[i]);
    }
  }
}
