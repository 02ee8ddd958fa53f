package dev.farsight.compute.nd4j.cpu;

/** Values side by side, copied row by row. */
final class ConcatKernel implements Kernel {

  private final OpValues values;

  ConcatKernel(OpValues values) {
    this.values = values;
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var output = values.output();
    int end = tile.from + tile.samples();
    int column = 0;
    for (int i = 0; i < values.inputs().size(); i++) {
      var input = values.input(i);
      int width = input.width();
      for (int s = tile.from; s < end; s++) {
        output.floats().put(output.at(s) + column, input.floats(), input.at(s), width);
      }
      column += width;
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var gradient = values.gradient();
    int end = tile.from + tile.samples();
    int column = 0;
    for (int i = 0; i < values.inputs().size(); i++) {
      var toInput = values.toInput(i);
      int width = values.input(i).width();
      for (int s = tile.from; s < end && toInput.wanted(); s++) {
        int at = toInput.into().at(s);
        toInput.put(at, gradient.floats(), gradient.at(s) + column, width, scratch);
      }
      column += width;
    }
  }
}
