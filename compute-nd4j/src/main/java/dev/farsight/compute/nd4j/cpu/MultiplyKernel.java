package dev.farsight.compute.nd4j.cpu;

/** The product of two values of one shape, element by element. */
final class MultiplyKernel implements Kernel {

  private final OpValues values;

  MultiplyKernel(OpValues values) {
    this.values = values;
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var output = values.output();
    int from = output.at(tile.from);
    int end = from + output.at(tile.samples());
    float[] product = scratch.a();
    float[] right = scratch.b();
    for (int at = from; at < end; at += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, end - at);
      values.input(0).floats().get(at, product, 0, n);
      values.input(1).floats().get(at, right, 0, n);
      for (int i = 0; i < n; i++) {
        product[i] *= right[i];
      }
      output.floats().put(at, product, 0, n);
    }
  }

  /** Each input's gradient is g times the other input. */
  @Override
  public void backward(Tile tile, Scratch scratch) {
    var gradient = values.gradient();
    int from = gradient.at(tile.from);
    int end = from + gradient.at(tile.samples());
    float[] g = scratch.a();
    float[] product = scratch.b();
    for (int at = from; at < end; at += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, end - at);
      gradient.floats().get(at, g, 0, n);
      for (int k = 0; k < 2; k++) {
        if (values.toInput(k).wanted()) {
          values.input(1 - k).floats().get(at, product, 0, n);
          for (int i = 0; i < n; i++) {
            product[i] *= g[i];
          }
          values.toInput(k).put(at, product, n, scratch.c());
        }
      }
    }
  }
}
