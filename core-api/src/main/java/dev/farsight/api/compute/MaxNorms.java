package dev.farsight.api.compute;

import java.util.Arrays;
import java.util.Locale;

/**
 * The largest Euclidean norm that a row may have, by table. A step computes with each row that it
 * looks up brought to this norm: a row of norm n above the largest norm m counts as the row times m
 * / (n + {@value #MARGIN}), as PyTorch has it. Training stores that row with its update; evaluation
 * stores nothing. Immutable.
 */
public final class MaxNorms {

  /** What is added to a row's norm before dividing by it. */
  public static final float MARGIN = 1e-7f;

  private final float[] norms;

  private MaxNorms(float[] norms) {
    this.norms = norms;
  }

  /** No table has a largest norm. */
  public static MaxNorms none(int tables) {
    var norms = new float[tables];
    Arrays.fill(norms, Float.POSITIVE_INFINITY);
    return new MaxNorms(norms);
  }

  /**
   * @param norms by table, above 0; infinity for a table without a largest norm
   */
  public static MaxNorms of(float... norms) {
    for (float norm : norms) {
      if (!(norm > 0)) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "a largest norm of %s; more than 0 is needed", norm));
      }
    }
    return new MaxNorms(norms.clone());
  }

  /** Whether any table has a largest norm. */
  public boolean any() {
    for (float norm : norms) {
      if (norm < Float.POSITIVE_INFINITY) {
        return true;
      }
    }
    return false;
  }

  /** The largest norm of a table's rows; infinity if it has none. */
  public float ofTable(int table) {
    return norms[table];
  }

  /** How many tables there are. */
  public int tables() {
    return norms.length;
  }
}
