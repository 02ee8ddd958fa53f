package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code y = act(x W^T + b)}: three GEMMs and a column sum. */
final class GenericLinear implements GenericOp {

  private final Op.Linear op;
  private final Parameters.Dense weight;
  private final Parameters.Dense bias;

  GenericLinear(Op.Linear op, Parameters parameters) {
    this.op = op;
    this.weight = parameters.add(op.name() + ".weight", op.output().size(), op.input().size());
    this.bias = parameters.add(op.name() + ".bias", op.output().size());
  }

  @Override
  public void forward(Pass pass) {
    INDArray x = pass.value(op.input());
    INDArray y = RowMajor.gemm(x, false, weight.values(), true, pass.samples(), op.output().size());
    y.addiRowVector(bias.values());
    Activations.apply(op.activation(), y);
    pass.value(op.output(), y);
  }

  @Override
  public void backward(Pass pass) {
    INDArray x = pass.value(op.input());
    INDArray y = pass.value(op.output());
    INDArray dy = Activations.backward(op.activation(), y, pass.gradient(op.output()));
    int in = op.input().size();
    int out = op.output().size();
    weight.gradient(RowMajor.gemm(dy, true, x, false, out, in));
    bias.gradient(dy.sum(0));
    pass.addGradient(
        op.input(), RowMajor.gemm(dy, false, weight.values(), false, pass.samples(), in));
  }
}
