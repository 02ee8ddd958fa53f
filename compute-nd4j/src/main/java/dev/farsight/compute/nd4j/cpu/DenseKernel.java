package dev.farsight.compute.nd4j.cpu;

/** The batch's dense features, copied to where BLAS can read them. */
final class DenseKernel implements Kernel {

  private final Matrix output;

  DenseKernel(OpValues values) {
    this.output = values.output();
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    int at = output.at(tile.from);
    var dense = tile.input().batch().dense();
    output.floats().put(at, dense, at, output.at(tile.samples()));
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {}
}
