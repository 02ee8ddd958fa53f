package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.model.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The lookups of a batch grouped by unique row, in the order of {@link StepInput#rowLookups}. */
final class RowOrder {

  private RowOrder() {}

  /**
   * The vector of each lookup's bag.
   *
   * @param vectors of bags, [samples][features * dim]
   * @param shape of the vectors of a sample
   */
  static INDArray gather(INDArray vectors, Tensor shape, StepInput input) {
    int samples = input.batch().samples();
    int features = shape.features();
    int[] rows = lookups(input);
    for (int k = 0; k < rows.length; k++) {
      int bag = input.bagOf() == null ? rows[k] : input.bagOf().get(rows[k]);
      rows[k] = bag % samples * features + bag / samples;
    }
    INDArray each = vectors.reshape('c', (long) samples * features, shape.width());
    return RowMajor.gather(each, rows);
  }

  /** Numbers of the lookups. */
  static int[] lookups(StepInput input) {
    var lookups = new int[input.batch().lookups()];
    input.rowLookups().get(0, lookups);
    return lookups;
  }

  /** Position of the first lookup of each unique row, and the number of lookups. */
  static int[] starts(StepInput input) {
    var starts = new int[input.uniqueRows() + 1];
    input.rowStarts().get(0, starts);
    return starts;
  }
}
