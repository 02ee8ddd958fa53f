package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The sum of values of one shape. */
record GenericAdd(Op.Add op) implements GenericOp {

  @Override
  public void forward(Pass pass) {
    INDArray sum = pass.value(op.inputs().get(0)).dup('c');
    for (int i = 1; i < op.inputs().size(); i++) {
      sum.addi(pass.value(op.inputs().get(i)));
    }
    pass.value(op.output(), sum);
  }

  @Override
  public void backward(Pass pass) {
    op.inputs().forEach(input -> pass.addGradient(input, pass.gradient(op.output())));
  }
}
