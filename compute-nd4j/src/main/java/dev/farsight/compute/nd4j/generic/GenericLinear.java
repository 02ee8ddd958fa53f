package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Op.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.linalg.ops.transforms.Transforms;

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
    if (op.activation() == Activation.RELU) {
      // Unlike ND4J's relu, this lets NaN pass.
      BooleanIndexing.replaceWhere(y, 0, Conditions.lessThan(0));
    }
    pass.value(op.output(), y);
  }

  @Override
  public void backward(Pass pass) {
    INDArray x = pass.value(op.input());
    INDArray dy = pass.gradient(op.output());
    if (op.activation() == Activation.RELU) {
      dy = dy.mul(Transforms.step(pass.value(op.output()), true));
    }
    int in = op.input().size();
    int out = op.output().size();
    weight.gradient(RowMajor.gemm(dy, true, x, false, out, in));
    bias.gradient(dy.sum(0));
    pass.addGradient(
        op.input(), RowMajor.gemm(dy, false, weight.values(), false, pass.samples(), in));
  }
}
