package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.table.TableSet;

/**
 * The factors that bring the unique rows of a batch to the largest norms of their tables. They are
 * made before anything reads a row, in tasks that may run at once. One float on the heap for each
 * unique row; nothing where no table has a largest norm.
 */
final class RowScales {

  private static final int ROWS_A_TASK = 512;

  private final RowMemory rows;
  private final SlotRows[] slotRows;
  private final float[][] weights;
  private final TableSet tables;
  private final MaxNorms norms;
  private final boolean any;
  private final float[] scales;

  /**
   * @param slotRows by worker
   */
  RowScales(StepSpec spec, RowMemory rows, SlotRows[] slotRows) {
    this.rows = rows;
    this.slotRows = slotRows;
    this.weights = new float[slotRows.length][spec.maxNorms().any() ? spec.format().dim() : 0];
    this.tables = spec.schema().tables();
    this.norms = spec.maxNorms();
    this.any = norms.any();
    this.scales = new float[any ? spec.maxUniqueRows() : 0];
  }

  /** Bytes on the heap. */
  static long heapBytes(StepSpec spec) {
    return spec.maxNorms().any() ? (long) spec.maxUniqueRows() * Float.BYTES : 0;
  }

  /** Whether any table has a largest norm. */
  boolean any() {
    return any;
  }

  /** Whether a table has a largest norm. */
  boolean limit(int table) {
    return norms.ofTable(table) < Float.POSITIVE_INFINITY;
  }

  /** How many tasks make the factors of a batch. */
  int tasks(StepInput input) {
    return any ? (input.uniqueRows() + ROWS_A_TASK - 1) / ROWS_A_TASK : 0;
  }

  /** Makes the factors of a task's rows. */
  void make(StepInput input, int task, Scratch scratch) {
    int from = task * ROWS_A_TASK;
    int end = Math.min(from + ROWS_A_TASK, input.uniqueRows());
    rows.touch(input.uniqueSlots(), from, end, scratch);
    int table = tables.tableOf(input.rowIds()[from]);
    float[] own = weights[scratch.worker()];
    for (int u = from; u < end; u++) {
      while (input.rowIds()[u] >= tables.offset(table + 1)) {
        table++;
      }
      scales[u] = 1f;
      if (limit(table)) {
        slotRows[scratch.worker()].copyWeights(input.uniqueSlots().get(u), own, 0);
        scales[u] = scale(own, own.length, norms.ofTable(table));
      }
    }
  }

  /** The factor of any row, from the first {@code dim} of {@code weights}. */
  float of(float[] weights, int dim, long rowId) {
    int table = tables.tableOf(rowId);
    return limit(table) ? scale(weights, dim, norms.ofTable(table)) : 1f;
  }

  /** The factor of any row, from the sum of the squares of its weights. */
  float ofSquares(double squares, long rowId) {
    int table = tables.tableOf(rowId);
    return limit(table) ? scale(squares, norms.ofTable(table)) : 1f;
  }

  private static float scale(float[] weights, int dim, float largest) {
    return scale(squares(weights, dim), largest);
  }

  /** The sum of the squares of the first {@code dim} weights. */
  static double squares(float[] weights, int dim) {
    double squares = 0;
    for (int d = 0; d < dim; d++) {
      double weight = weights[d];
      squares += weight * weight;
    }
    return squares;
  }

  private static float scale(double squares, float largest) {
    float norm = (float) Math.sqrt(squares);
    return norm > largest ? largest / (norm + MaxNorms.MARGIN) : 1f;
  }

  /** The factor of a unique row; 1 if it is not above the largest norm. */
  float of(int uniqueRow) {
    return scales[uniqueRow];
  }

  /** Multiplies {@code count} values. */
  static void scale(float[] values, int at, int count, float scale) {
    for (int i = at; i < at + count && scale != 1f; i++) {
      values[i] *= scale;
    }
  }
}
