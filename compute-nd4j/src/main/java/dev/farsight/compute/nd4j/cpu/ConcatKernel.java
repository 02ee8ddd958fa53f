package dev.farsight.compute.nd4j.cpu;

/** Values side by side, copied row by row. */
final class ConcatKernel implements Kernel {

  private final Matrix[] inputs;
  private final Sink[] toInputs;
  private final Value value;

  ConcatKernel(Matrix[] inputs, Sink[] toInputs, Value value) {
    this.inputs = inputs;
    this.toInputs = toInputs;
    this.value = value;
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var output = value.output();
    int end = tile.from + tile.rows();
    int column = 0;
    for (Matrix input : inputs) {
      int width = input.width();
      for (int s = tile.from; s < end; s++) {
        output.floats().put(output.at(s) + column, input.floats(), input.at(s), width);
      }
      column += width;
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var gradient = value.gradient();
    int end = tile.from + tile.samples();
    int column = 0;
    for (int i = 0; i < inputs.length; i++) {
      int width = inputs[i].width();
      for (int s = tile.from; s < end && toInputs[i].wanted(); s++) {
        int at = toInputs[i].into().at(s);
        toInputs[i].put(at, gradient.floats(), gradient.at(s) + column, width, scratch);
      }
      column += width;
    }
  }
}
