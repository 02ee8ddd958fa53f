package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The second order of a factorization machine. */
record GenericMachine(Op.FactorizationMachine op) implements GenericOp {

  @Override
  public void forward(Pass pass) {
    INDArray vectors = vectors(pass);
    INDArray sum = vectors.sum(false, 1);
    INDArray squares = vectors.mul(vectors).sum(false, 1);
    INDArray machine = sum.mul(sum).subi(squares).muli(.5);
    pass.value(op.output(), machine.reshape('c', pass.samples(), op.output().width()));
  }

  /** The gradient of a vector is the sum of all others, times that of the output. */
  @Override
  public void backward(Pass pass) {
    int width = op.output().width();
    INDArray vectors = vectors(pass);
    INDArray sum = vectors.sum(true, 1).reshape('c', pass.samples(), 1, width);
    INDArray gradient = pass.gradient(op.output()).reshape('c', pass.samples(), 1, width);
    INDArray all = vectors.rsub(sum).mul(gradient);
    pass.addGradient(op.input(), all.dup('c').reshape('c', pass.samples(), op.input().size()));
  }

  private INDArray vectors(Pass pass) {
    return pass.value(op.input())
        .reshape('c', pass.samples(), op.input().features(), op.input().width());
  }
}
