package dev.farsight.datasets.npy;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DenseFeature;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Samples in npy files, opened.
 *
 * @param parts the samples, in order
 * @param evaluation how many samples at the end are marked for evaluation; -1 if none are marked,
 *     so that a share of them is to be taken
 * @param identity what the data is, by its content
 * @param fitted the folder with what was found out from the training part; null if nothing was
 * @param rule how values become what a model is given
 */
record NpyData(
    BatchSchema schema,
    List<DenseFeature> dense,
    List<SampleFiles> parts,
    long evaluation,
    String identity,
    Path fitted,
    Rule rule) {

  /**
   * How values become what a model is given.
   *
   * @param modulo whether an id outside of its table is taken modulo its rows; otherwise it is an
   *     error
   * @param transform of dense values; null if they stay as they are
   * @param advice what to do about an id that is outside of its table
   */
  record Rule(boolean modulo, DoubleUnaryOperator transform, String advice) {}

  /** How many of the parts are not marked for evaluation. */
  int trainParts() {
    long left = samples() - Math.max(0, evaluation);
    int count = 0;
    while (count < parts.size() && left > 0) {
      left -= parts.get(count++).samples();
    }
    return count;
  }

  long samples() {
    return parts.stream().mapToLong(SampleFiles::samples).sum();
  }
}
