package dev.farsight.api.table;

/**
 * What one row consists of wherever it is stored or moved: {@code dim} float32 weights, followed by
 * {@code state} float32 values of its optimizer. Weights and state always travel together.
 */
public record RowFormat(int dim, int state) {

  public RowFormat {
    if (dim < 1 || state < 0) {
      throw new IllegalArgumentException("row format of " + dim + " weights, " + state + " state");
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
