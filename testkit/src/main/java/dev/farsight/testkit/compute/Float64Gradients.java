package dev.farsight.testkit.compute;

import java.util.Map;

/**
 * Gradients of a batch's mean loss.
 *
 * @param loss the mean loss itself
 * @param dense by parameter name, for every dense parameter
 * @param rows by row id, for every row that the batch looks up
 */
public record Float64Gradients(double loss, Map<String, double[]> dense, Map<Long, double[]> rows) {

  double[] row(long rowId, int dim) {
    return rows.computeIfAbsent(rowId, id -> new double[dim]);
  }
}
