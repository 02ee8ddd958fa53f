package dev.farsight.testkit.compute;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.Pooling;
import java.util.List;
import java.util.Map;

/**
 * The pooling of one bag in double precision, forward and backward, by the definitions of {@link
 * Pooling} and nothing else.
 *
 * @param pooling how rows become one vector
 * @param lookups those of the bag
 * @param rows by row id, weights first
 * @param dim weights of a row
 */
record Float64Pooling(Pooling pooling, List<Lookup> lookups, Map<Long, double[]> rows, int dim) {

  static Float64Pooling of(
      Batch batch, int feature, int sample, Map<Long, double[]> rows, int dim) {
    Pooling pooling = batch.schema().features().get(feature).pooling();
    return new Float64Pooling(pooling, Lookup.ofBag(batch, feature, sample), rows, dim);
  }

  double[] pooled() {
    var pooled = new double[dim];
    for (int l = 0; l < lookups.size(); l++) {
      double[] row = rows.get(lookups.get(l).rowId());
      for (int d = 0; d < dim; d++) {
        if (pooling == Pooling.MAX) {
          pooled[d] = l == winner(d) ? row[d] : pooled[d];
        } else {
          pooled[d] += factor(l) * row[d];
        }
      }
    }
    return pooled;
  }

  void addGradients(double[] ofPooled, Float64Gradients sum) {
    for (int l = 0; l < lookups.size(); l++) {
      double[] gradient = sum.row(lookups.get(l).rowId(), dim);
      for (int d = 0; d < dim; d++) {
        if (pooling == Pooling.MAX) {
          gradient[d] += l == winner(d) ? ofPooled[d] : 0;
        } else {
          gradient[d] += factor(l) * ofPooled[d];
        }
      }
    }
  }

  private double factor(int lookup) {
    double weight = lookups.get(lookup).weight();
    return pooling == Pooling.MEAN ? weight / lookups.size() : weight;
  }

  /** The first lookup with the largest value of a dimension; the first that is NaN, if any. */
  private int winner(int d) {
    int winner = 0;
    for (int l = 0; l < lookups.size(); l++) {
      double value = rows.get(lookups.get(l).rowId())[d];
      if (Double.isNaN(value)) {
        return l;
      }
      winner = value > rows.get(lookups.get(winner).rowId())[d] ? l : winner;
    }
    return winner;
  }
}
