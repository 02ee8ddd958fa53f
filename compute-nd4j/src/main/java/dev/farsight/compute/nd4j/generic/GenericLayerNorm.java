package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Layer normalisation over all values of a sample. */
final class GenericLayerNorm implements GenericOp {

  private final Op.LayerNorm op;
  private final Parameters.Dense weight;
  private final Parameters.Dense bias;

  // Of the batch under way.
  private INDArray normal;
  private INDArray roots;

  GenericLayerNorm(Op.LayerNorm op, Parameters parameters) {
    this.op = op;
    this.weight = parameters.add(op.name() + ".weight", op.input().size());
    this.bias = parameters.add(op.name() + ".bias", op.input().size());
  }

  @Override
  public void forward(Pass pass) {
    INDArray x = pass.value(op.input());
    normal = x.subColumnVector(x.mean(true, 1));
    roots = Transforms.sqrt(normal.mul(normal).mean(true, 1).addi(op.eps()), false);
    normal.diviColumnVector(roots);
    pass.value(op.output(), normal.mulRowVector(weight.values()).addiRowVector(bias.values()));
  }

  @Override
  public void backward(Pass pass) {
    INDArray gradient = pass.gradient(op.output());
    weight.gradient(gradient.mul(normal).sum(0));
    bias.gradient(gradient.sum(0));
    INDArray scaled = gradient.mulRowVector(weight.values());
    INDArray along = normal.mulColumnVector(scaled.mul(normal).mean(true, 1));
    INDArray dx = scaled.subColumnVector(scaled.mean(true, 1)).subi(along);
    pass.addGradient(op.input(), dx.diviColumnVector(roots));
  }
}
