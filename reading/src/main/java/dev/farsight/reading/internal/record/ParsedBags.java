package dev.farsight.reading.internal.record;

import dev.farsight.api.data.Batch;
import java.util.Arrays;

/**
 * The bags of one column in some consecutive rows, in room of their own: where they belong in a
 * batch is known only when the rows before are parsed. Malformed rows leave nothing behind. Grows
 * to the most lookups seen. Not thread-safe.
 */
final class ParsedBags {

  private final boolean weighted;

  /** Where the bag of each row ends. */
  private final int[] ends;

  private int[] indices = new int[64];
  private float[] weights;
  private int rows;

  /** Lookups, those of the present row included. */
  private int filled;

  private int truncated;
  private boolean truncatedLast;

  /**
   * @param rows most rows
   */
  ParsedBags(int rows, boolean weighted) {
    this.weighted = weighted;
    this.ends = new int[rows];
    this.weights = new float[weighted ? indices.length : 0];
  }

  void clear() {
    rows = 0;
    truncated = 0;
    startRow();
  }

  /** Begins the bag of the next row; forgets one that was begun and not kept. */
  void startRow() {
    filled = lookups();
    truncatedLast = false;
  }

  void add(int index, float weight) {
    if (filled == indices.length) {
      indices = Arrays.copyOf(indices, 2 * filled);
      weights = Arrays.copyOf(weights, weighted ? 2 * filled : 0);
    }
    indices[filled] = index;
    if (weighted) {
      weights[filled] = weight;
    }
    filled++;
  }

  /** The present row's bag is the first part of a longer one. */
  void truncate() {
    truncatedLast = true;
  }

  void keepRow() {
    ends[rows++] = filled;
    truncated += truncatedLast ? 1 : 0;
  }

  /** Lookups of the rows kept. */
  int lookups() {
    return rows == 0 ? 0 : ends[rows - 1];
  }

  int rows() {
    return rows;
  }

  /** Lookups of the rows kept up to one of them, inclusive. */
  int end(int row) {
    return ends[row];
  }

  /** How many bags of the rows kept are truncated. */
  int truncated() {
    return truncated;
  }

  int[] indices() {
    return indices;
  }

  float[] weights() {
    return weights;
  }

  /**
   * Copies the rows kept into a batch.
   *
   * @param first where the first row belongs
   * @param start where its lookups begin
   * @return where those of the last row end
   */
  int place(Batch batch, int feature, int first, int start) {
    System.arraycopy(indices, 0, batch.indices(feature), start, lookups());
    if (weighted) {
      batch.lookupWeights(feature).put(start, weights, 0, lookups());
    }
    int[] offsets = batch.offsets(feature);
    for (int row = 0; row < rows; row++) {
      offsets[first + row + 1] = start + ends[row];
    }
    return start + lookups();
  }
}
