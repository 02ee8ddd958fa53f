package dev.farsight.compute.nd4j.cpu;

import org.bytedeco.javacpp.FloatPointer;

/**
 * {@code y = x W^T + b} for the samples of a tile, and the gradients of x and b; {@link
 * WeightUpdate} makes that of W. The bias is laid into the output first, which BLAS then adds to.
 */
final class Affine {

  private final OpenBlas blas;
  private final DenseParameter bias;
  private final Matrix output;
  private final Sink toInput;
  private final int in;
  private final int out;

  /** By {@link EvaluationRows#WHOLE} rows. */
  private final FloatPointer[] x;

  private final FloatPointer[] y;
  private final FloatPointer[] dx;
  private final FloatPointer[] dy;
  private final FloatPointer[] biasGradient;
  private final FloatPointer weightStart;
  private final FloatPointer ones;

  private final EvaluationRows evaluationRows;

  /** For evaluations; null where the product computes all samples alike. */
  private final AlikeProduct alike;

  /**
   * Adds the updates of the parameters to the parts.
   *
   * @param bias null for none
   * @param output y, and its gradient
   */
  Affine(
      DenseParameter weight,
      DenseParameter bias,
      Matrix input,
      Sink toInput,
      Value output,
      StepParts parts) {
    var tiling = parts.tiling();
    this.blas = parts.blas();
    this.bias = bias;
    this.output = output.output();
    this.toInput = toInput;
    this.in = input.width();
    this.out = output.output().width();
    this.x = input.every(EvaluationRows.WHOLE, 0);
    this.y = output.output().every(EvaluationRows.WHOLE, 0);
    this.dx = toInput.wanted() ? toInput.into().tiles(tiling) : null;
    this.dy = output.gradient().tiles(tiling);
    this.ones = parts.ones();
    this.weightStart = weight.value().pointer(0, 0);
    this.evaluationRows =
        blas.evaluationRows(new RowTrial.Shape(in, out, bias != null, tiling.size()));
    this.alike =
        blas.rowsAlike() ? null : new AlikeProduct(weight, bias, input, output.output(), parts);
    parts.updates().addAll(WeightUpdate.of(parts, weight, input, output.gradient()));
    this.biasGradient = bias == null ? null : parts.byTile(bias).rows();
  }

  /** Makes y. */
  void forward(Tile tile, Scratch scratch) {
    if (!tile.evaluation()) {
      forward(tile.from, tile.samples());
      return;
    }
    int end = tile.from + tile.samples();
    for (int from = tile.from, rows; from < end; from += rows) {
      rows = evaluationRows.of(end - from);
      if (alike == null) {
        forward(from, rows);
      } else {
        alike.forward(from, rows, scratch);
      }
    }
  }

  /**
   * Makes y for rows [from, from + rows). Those that belong to no sample are computed with and
   * never read.
   *
   * @param from a multiple of {@link EvaluationRows#WHOLE}
   */
  private void forward(int from, int rows) {
    int piece = from / EvaluationRows.WHOLE;
    for (int r = 0; r < rows && bias != null; r++) {
      output.floats().put(output.at(from + r), bias.value().floats(), 0, out);
    }
    float beta = bias == null ? 0f : 1f;
    blas.abT(rows, out, in, x[piece], in, weightStart, in, beta, y[piece], out);
  }

  /** Makes the gradient of b and delivers that of x, once the gradient of y is there. */
  void backward(Tile tile) {
    int samples = tile.samples();
    if (bias != null) {
      blas.aTx(samples, out, dy[tile.index], out, ones, biasGradient[tile.index]);
    }
    if (toInput.wanted()) {
      float beta = toInput.beta();
      blas.ab(samples, in, out, dy[tile.index], out, weightStart, in, beta, dx[tile.index], in);
    }
  }
}
