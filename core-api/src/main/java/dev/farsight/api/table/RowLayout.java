package dev.farsight.api.table;

/**
 * What one row consists of wherever it is stored or moved: {@code dim} float32 weights, followed by
 * {@code state} float32 values of its optimizer. Weights and state always travel together.
 */
public record RowLayout(int dim, int state) {

  public RowLayout {
    if (dim < 1 || state < 0) {
      throw new IllegalArgumentException("row layout of " + dim + " weights, " + state + " state");
    }
  }

  /** Floats of a row, weights and state. */
  public int floats() {
    return dim + state;
  }

  /** Bytes of a row, weights and state. */
  public int bytes() {
    return floats() * Float.BYTES;
  }
}
