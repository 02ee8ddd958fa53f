package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.model.Op;

/** A linear layer and its activation, which follows while the tile is in cache. */
final class LinearKernel implements Kernel {

  private final Affine affine;
  private final Activation activation;
  private final Value value;

  LinearKernel(Op.Linear op, OpValues values, StepParts parts) {
    var weight = parts.parameters().get(op.name() + ".weight");
    var bias = parts.parameters().get(op.name() + ".bias");
    this.affine =
        new Affine(weight, bias, values.input(0), values.toInput(0), values.value(), parts);
    this.activation = Activation.of(op.activation());
    this.value = values.value();
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    affine.forward(tile, scratch);
    var output = value.output();
    activation.forward(output, output.at(tile.from), output.at(tile.samples()), scratch);
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var output = value.output();
    int from = output.at(tile.from);
    activation.backward(output, value.gradient(), from, output.at(tile.samples()), scratch);
    affine.backward(tile);
  }
}
