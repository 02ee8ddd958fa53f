package dev.farsight.compute.nd4j.cpu;

import org.bytedeco.javacpp.FloatPointer;

/**
 * A linear layer and its activation. The bias is laid into the output first, which BLAS then adds
 * to; the activation follows while the tile is in cache. Backward masks the gradient by the stored
 * output, then makes the input's and the tile's part of the bias's; {@link WeightUpdate} makes the
 * weight's.
 */
final class LinearKernel implements Kernel {

  private final OpenBlas blas;
  private final Layer layer;
  private final Value value;
  private final Sink toInput;
  private final FloatPointer[] x;
  private final FloatPointer[] y;
  private final FloatPointer[] dx;
  private final FloatPointer[] dy;
  private final FloatPointer[] biasGradient;
  private final FloatPointer weight;
  private final FloatPointer ones;

  /**
   * @param biasByTile takes each tile's part of the bias's gradient, in a row
   * @param ones as many as a tile has samples
   */
  LinearKernel(
      OpenBlas blas,
      Layer layer,
      Matrix input,
      Sink toInput,
      Value value,
      Matrix biasByTile,
      FloatPointer ones,
      Tiling tiling) {
    this.blas = blas;
    this.layer = layer;
    this.value = value;
    this.toInput = toInput;
    this.x = input.tiles(tiling);
    this.y = value.output().tiles(tiling);
    this.dx = toInput.wanted() ? toInput.into().tiles(tiling) : null;
    this.dy = value.gradient().tiles(tiling);
    this.biasGradient = biasByTile.rows();
    this.ones = ones;
    this.weight = layer.weight().value().pointer(0, 0);
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var output = value.output();
    int in = layer.in();
    int out = layer.out();
    int rows = tile.rows();
    for (int r = 0; r < rows; r++) {
      output.floats().put(output.at(tile.from + r), layer.bias().value().floats(), 0, out);
    }
    blas.abT(rows, out, in, x[tile.index], in, weight, in, 1f, y[tile.index], out);
    if (layer.relu()) {
      Relu.forward(output, output.at(tile.from), output.at(rows), scratch);
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var output = value.output();
    int in = layer.in();
    int out = layer.out();
    int samples = tile.samples();
    if (layer.relu()) {
      Relu.backward(output, value.gradient(), output.at(tile.from), output.at(samples), scratch);
    }
    blas.aTx(samples, out, dy[tile.index], out, ones, biasGradient[tile.index]);
    if (toInput.wanted()) {
      blas.ab(
          samples, in, out, dy[tile.index], out, weight, in, toInput.beta(), dx[tile.index], in);
    }
  }
}
