package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The sum of all values of a sample. */
record GenericSum(Op.Sum op) implements GenericOp {

  @Override
  public void forward(Pass pass) {
    pass.value(op.output(), pass.value(op.input()).sum(true, 1));
  }

  @Override
  public void backward(Pass pass) {
    INDArray each = Nd4j.zeros(DataType.FLOAT, pass.samples(), op.input().size());
    each.addiColumnVector(pass.gradient(op.output()));
    pass.addGradient(op.input(), each);
  }
}
