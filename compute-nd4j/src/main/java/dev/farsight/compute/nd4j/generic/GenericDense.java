package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import org.nd4j.linalg.factory.Nd4j;

/** The batch's dense features; no gradient. */
record GenericDense(Op.Dense op) implements GenericOp {

  @Override
  public void forward(Pass pass) {
    int width = op.output().size();
    var features = new float[pass.samples() * width];
    pass.input().batch().dense().get(0, features);
    pass.value(op.output(), Nd4j.create(features, new long[] {pass.samples(), width}));
  }

  @Override
  public void backward(Pass pass) {}
}
