package dev.farsight.compute.nd4j.cpu;

import org.bytedeco.javacpp.FloatPointer;

/**
 * A linear layer and its activation. The bias is laid into the output first, which BLAS then adds
 * to; the activation follows while the tile is in cache. Backward masks the gradient by the stored
 * output, then makes the input's and the tile's part of the bias's; {@link WeightUpdate} makes the
 * weight's.
 *
 * <p>If BLAS does not compute all rows of a product in the same way, an evaluation computes the
 * transposed product, whose columns are samples: those of the tile between {@link
 * OpenBlas#END_COLUMNS} others at either end, whose results are dropped.
 */
final class LinearKernel implements Kernel {

  private final OpenBlas blas;
  private final Layer layer;
  private final Value value;
  private final Sink toInput;
  private final FloatPointer[] x;

  /** As x, from {@link OpenBlas#END_COLUMNS} rows before the tile. */
  private final FloatPointer[] xBefore;

  private final FloatPointer[] y;
  private final FloatPointer[] dx;
  private final FloatPointer[] dy;
  private final FloatPointer[] biasGradient;
  private final FloatPointer weight;
  private final FloatPointer ones;

  /** One for each worker; null where rows are treated alike. */
  private final Transposed[] transposed;

  /** A tile's output before bias and activation, [out][columns]. */
  private static final class Transposed {

    final Matrix matrix;
    final FloatPointer start;
    final float[] values;

    /** The output of one sample. */
    final float[] row;

    Transposed(int out, int columns, NativeMemory memory) {
      matrix = memory.matrix(out, columns);
      start = matrix.pointer(0, 0);
      values = new float[out * columns];
      row = new float[out];
    }
  }

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
      Tiling tiling,
      int workers,
      NativeMemory memory) {
    this.blas = blas;
    this.layer = layer;
    this.value = value;
    this.toInput = toInput;
    this.x = input.tiles(tiling);
    this.xBefore = blas.rowsAlike() ? null : input.tiles(tiling, -OpenBlas.END_COLUMNS);
    this.y = value.output().tiles(tiling);
    this.dx = toInput.wanted() ? toInput.into().tiles(tiling) : null;
    this.dy = value.gradient().tiles(tiling);
    this.biasGradient = biasByTile.rows();
    this.ones = ones;
    this.weight = layer.weight().value().pointer(0, 0);
    this.transposed = blas.rowsAlike() ? null : new Transposed[workers];
    for (int w = 0; transposed != null && w < workers; w++) {
      int columns = tiling.size() + 2 * OpenBlas.END_COLUMNS;
      transposed[w] = new Transposed(layer.out(), columns, memory);
    }
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var output = value.output();
    int rows = tile.rows();
    if (transposed != null && tile.evaluation()) {
      evaluate(tile, transposed[scratch.worker()]);
    } else {
      product(tile);
    }
    if (layer.relu()) {
      Relu.forward(output, output.at(tile.from), output.at(rows), scratch);
    }
  }

  private void product(Tile tile) {
    var output = value.output();
    int in = layer.in();
    int out = layer.out();
    int rows = tile.rows();
    for (int r = 0; r < rows; r++) {
      output.floats().put(output.at(tile.from + r), layer.bias().value().floats(), 0, out);
    }
    blas.abT(rows, out, in, x[tile.index], in, weight, in, 1f, y[tile.index], out);
  }

  private void evaluate(Tile tile, Transposed room) {
    var output = value.output();
    int in = layer.in();
    int out = layer.out();
    int rows = tile.rows();
    int columns = rows + 2 * OpenBlas.END_COLUMNS;
    var bias = layer.bias().value().floats();
    blas.abT(out, columns, in, weight, in, xBefore[tile.index], in, 0f, room.start, columns);
    room.matrix.floats().get(0, room.values);
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < out; o++) {
        room.row[o] = bias.get(o) + room.values[o * columns + OpenBlas.END_COLUMNS + r];
      }
      output.floats().put(output.at(tile.from + r), room.row);
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
