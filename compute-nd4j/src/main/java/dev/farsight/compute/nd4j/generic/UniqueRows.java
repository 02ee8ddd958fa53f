package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowWeights;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The unique rows of a batch as a matrix of float32, weights and then state: read from their slots,
 * updated, and stored. Rows of 16 bits are widened and rounded on the host.
 */
final class UniqueRows {

  private final StepSpec spec;
  private final RowFormat format;
  private final GenericSlots slots;
  private final RowWeights weights;
  private final int dim;
  private final int width;

  UniqueRows(StepSpec spec, GenericSlots slots) {
    this.spec = spec;
    this.format = spec.format();
    this.slots = slots;
    this.weights = new RowWeights(format);
    this.dim = format.dim();
    this.width = dim + format.stateFloats();
  }

  /** Copies of the rows, brought to their largest norms; null if there are none. */
  INDArray read(StepInput input) {
    if (input.uniqueRows() == 0) {
      return null;
    }
    INDArray rows = RowMajor.gather(slots.rows(), uniqueSlots(input));
    if (format.precision() != Precision.FP32) {
      rows = widened(rows);
    }
    if (spec.maxNorms().any()) {
      LargestNorms.apply(rows, input, spec);
    }
    return rows;
  }

  private INDArray widened(INDArray packed) {
    float[] words = RowMajor.toHost(packed);
    int count = words.length / format.words();
    var rows = new float[count * width];
    var row = new float[dim];
    var source = FloatBuffer.wrap(words);
    for (int u = 0; u < count; u++) {
      weights.get(source, u * format.words(), row);
      System.arraycopy(row, 0, rows, u * width, dim);
      source.get(u * format.words() + format.stateWord(), rows, u * width + dim, width - dim);
    }
    return Nd4j.create(rows, new long[] {count, width});
  }

  /**
   * Updates the rows and stores them.
   *
   * @param rows as read; changed
   * @param gradients of their weights
   */
  void update(StepInput input, INDArray rows, INDArray gradients) {
    UpdateRule rule = spec.optimizer().rows();
    INDArray values = RowMajor.columns(rows, 0, dim);
    float learningRate = input.rowLearningRate();
    if (rule instanceof UpdateRule.RowwiseAdagrad rowwise) {
      INDArray sums = RowMajor.columns(rows, dim, dim + 1);
      RuleUpdates.rowwise(rowwise, values, sums, gradients, learningRate);
      put(rows, dim, sums);
    } else {
      var state = new INDArray[rule.rowState(dim).size()];
      for (int p = 0; p < state.length; p++) {
        state[p] = RowMajor.columns(rows, (p + 1L) * dim, (p + 2L) * dim);
      }
      RuleUpdates.apply(rule, values, state, gradients, learningRate, input.rowUpdates());
      for (int p = 0; p < state.length; p++) {
        put(rows, (p + 1L) * dim, state[p]);
      }
    }
    put(rows, 0, values);
    INDArray stored = format.precision() == Precision.FP32 ? rows : rounded(input, rows);
    RowMajor.scatter(slots.rows(), uniqueSlots(input), stored);
  }

  private static void put(INDArray rows, long column, INDArray values) {
    rows.get(NDArrayIndex.all(), NDArrayIndex.interval(column, column + values.size(1)))
        .assign(values);
  }

  private INDArray rounded(StepInput input, INDArray rows) {
    float[] values = RowMajor.toHost(rows);
    int count = values.length / width;
    var words = new float[count * format.words()];
    var target = FloatBuffer.wrap(words);
    long stepKey = RowWeights.stepKey(spec.seed(), input.step());
    int saturated = 0;
    for (int u = 0; u < count; u++) {
      int word = u * format.words();
      long key = RowWeights.key(stepKey, input.rowIds()[u]);
      float[] row = Arrays.copyOfRange(values, u * width, u * width + dim);
      saturated += weights.putStochastic(target, word, row, key);
      target.put(word + format.stateWord(), values, u * width + dim, width - dim);
    }
    input.saturated().put(0, saturated);
    return Nd4j.create(words, new long[] {count, format.words()});
  }

  private static int[] uniqueSlots(StepInput input) {
    var slots = new int[input.uniqueRows()];
    input.uniqueSlots().get(0, slots);
    return slots;
  }
}
