package dev.farsight.compute.nd4j.generic;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Operations on dense row-major float matrices: their operands must be such and their results are.
 */
final class RowMajor {

  private RowMajor() {}

  static INDArray uninitialized(long... shape) {
    return Nd4j.createUninitialized(DataType.FLOAT, shape);
  }

  /**
   * {@code op(a) op(b)}, of {@code rows} x {@code columns}. ND4J's gemm is several times faster
   * into column-major arrays, which the transposes of row-major ones are: so it computes the
   * transpose.
   */
  static INDArray gemm(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, long rows, long columns) {
    INDArray result = uninitialized(rows, columns);
    Nd4j.gemm(b.transpose(), a.transpose(), result.transpose(), transposeB, transposeA, 1.0, 0.0);
    return result;
  }

  /** Row {@code i} of the result is row {@code rows[i]} of {@code source}. */
  static INDArray gather(INDArray source, int[] rows) {
    INDArray result = uninitialized(rows.length, source.size(1));
    Nd4j.exec(
        DynamicCustomOp.builder("gather")
            .addInputs(source, Nd4j.createFromArray(rows))
            .addIntegerArguments(0)
            .addOutputs(result)
            .build());
    return result;
  }

  /**
   * Replaces row {@code rows[i]} of {@code into} by row {@code i} of {@code from}; all distinct.
   */
  static void scatter(INDArray into, int[] rows, INDArray from) {
    Nd4j.exec(
        DynamicCustomOp.builder("scatter_upd")
            .addInputs(into, Nd4j.createFromArray(rows), from)
            .addOutputs(into)
            .build());
  }

  /** A copy of columns [from, to). */
  static INDArray columns(INDArray source, long from, long to) {
    return source.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup('c');
  }

  /** The matrices side by side. */
  static INDArray beside(INDArray... matrices) {
    long width = 0;
    for (INDArray matrix : matrices) {
      width += matrix.size(1);
    }
    INDArray result = uninitialized(matrices[0].size(0), width);
    long at = 0;
    for (INDArray matrix : matrices) {
      long next = at + matrix.size(1);
      result.get(NDArrayIndex.all(), NDArrayIndex.interval(at, next)).assign(matrix);
      at = next;
    }
    return result;
  }

  /** Copies an array's values out. */
  static float[] toHost(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
