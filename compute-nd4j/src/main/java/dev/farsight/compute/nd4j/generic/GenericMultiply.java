package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The product of two values of one shape. */
record GenericMultiply(Op.Multiply op) implements GenericOp {

  @Override
  public void forward(Pass pass) {
    pass.value(op.output(), pass.value(op.left()).mul(pass.value(op.right())));
  }

  @Override
  public void backward(Pass pass) {
    INDArray gradient = pass.gradient(op.output());
    pass.addGradient(op.left(), gradient.mul(pass.value(op.right())));
    pass.addGradient(op.right(), gradient.mul(pass.value(op.left())));
  }
}
