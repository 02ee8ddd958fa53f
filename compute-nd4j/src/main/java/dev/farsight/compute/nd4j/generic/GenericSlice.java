package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Part of each vector. */
record GenericSlice(Op.Slice op) implements GenericOp {

  @Override
  public void forward(Pass pass) {
    INDArray part = RowMajor.columns(vectors(pass.value(op.input())), op.from(), end());
    pass.value(op.output(), part.reshape('c', pass.samples(), op.output().size()));
  }

  @Override
  public void backward(Pass pass) {
    long rows = (long) pass.samples() * op.input().features();
    INDArray all = Nd4j.zeros(DataType.FLOAT, rows, op.input().width());
    INDArray part = pass.gradient(op.output()).reshape('c', rows, op.output().width());
    all.get(NDArrayIndex.all(), NDArrayIndex.interval(op.from(), end())).assign(part);
    pass.addGradient(op.input(), all.reshape('c', pass.samples(), op.input().size()));
  }

  private INDArray vectors(INDArray values) {
    return values.reshape('c', values.size(0) * op.input().features(), op.input().width());
  }

  private long end() {
    return (long) op.from() + op.output().width();
  }
}
