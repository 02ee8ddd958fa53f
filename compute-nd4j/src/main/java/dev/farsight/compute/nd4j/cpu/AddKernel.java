package dev.farsight.compute.nd4j.cpu;

/** The sum of values of one shape, added in the order of the inputs. */
final class AddKernel implements Kernel {

  private final OpValues values;

  AddKernel(OpValues values) {
    this.values = values;
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var output = values.output();
    int from = output.at(tile.from);
    int end = from + output.at(tile.samples());
    float[] sum = scratch.a();
    float[] next = scratch.b();
    for (int at = from; at < end; at += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, end - at);
      values.input(0).floats().get(at, sum, 0, n);
      for (int k = 1; k < values.inputs().size(); k++) {
        values.input(k).floats().get(at, next, 0, n);
        for (int i = 0; i < n; i++) {
          sum[i] += next[i];
        }
      }
      output.floats().put(at, sum, 0, n);
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var gradient = values.gradient();
    int from = gradient.at(tile.from);
    int count = gradient.at(tile.samples());
    for (int k = 0; k < values.toInputs().size(); k++) {
      if (values.toInput(k).wanted()) {
        values.toInput(k).put(from, gradient.floats(), from, count, scratch);
      }
    }
  }
}
