package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Values side by side. */
record GenericConcat(Op.Concat op) implements GenericOp {

  @Override
  public void forward(Pass pass) {
    INDArray[] inputs = op.inputs().stream().map(pass::value).toArray(INDArray[]::new);
    pass.value(op.output(), RowMajor.beside(inputs));
  }

  @Override
  public void backward(Pass pass) {
    INDArray gradient = pass.gradient(op.output());
    int at = 0;
    for (Tensor input : op.inputs()) {
      pass.addGradient(input, RowMajor.columns(gradient, at, at + input.size()));
      at += input.size();
    }
  }
}
