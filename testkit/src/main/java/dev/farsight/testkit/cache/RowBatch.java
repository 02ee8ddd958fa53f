package dev.farsight.testkit.cache;

import java.util.Arrays;

/**
 * The unique rows of one batch in the order of their first lookup, as the engine plans them.
 * Immutable by convention: the arrays are not copied.
 */
public final class RowBatch {

  private final long[] rows;
  private final int[] occurrences;
  private final boolean dirty;

  private RowBatch(long[] rows, int[] occurrences, boolean dirty) {
    if (rows.length != occurrences.length) {
      throw new IllegalArgumentException(
          rows.length + " rows with " + occurrences.length + " occurrences");
    }
    this.rows = rows;
    this.occurrences = occurrences;
    this.dirty = dirty;
  }

  /**
   * A batch to train on.
   *
   * @param rows unique row ids
   * @param occurrences lookups of each, at least 1
   */
  public static RowBatch training(long[] rows, int[] occurrences) {
    return new RowBatch(rows, occurrences, true);
  }

  /** A batch to train on in which each row is looked up once. */
  public static RowBatch training(long... rows) {
    int[] once = new int[rows.length];
    Arrays.fill(once, 1);
    return new RowBatch(rows, once, true);
  }

  /** A batch to evaluate, or rows to warm the cache with: nothing is counted or updated. */
  public static RowBatch evaluation(long... rows) {
    return new RowBatch(rows, new int[rows.length], false);
  }

  /** How many unique rows there are. */
  public int size() {
    return rows.length;
  }

  public long[] rows() {
    return rows;
  }

  /** Lookups of each row; 0 in evaluation. */
  public int[] occurrences() {
    return occurrences;
  }

  /** Whether the batch updates its rows. */
  public boolean dirty() {
    return dirty;
  }
}
