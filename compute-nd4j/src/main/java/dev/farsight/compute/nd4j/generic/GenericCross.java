package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A cross layer of DCN v2. */
final class GenericCross implements GenericOp {

  private final Op.Cross op;
  private final int width;

  /** Null for full rank. */
  private final Parameters.Dense narrow;

  private final Parameters.Dense weight;
  private final Parameters.Dense bias;

  // Of the batch under way.
  private INDArray middle;
  private INDArray crossed;

  GenericCross(Op.Cross op, Parameters parameters) {
    this.op = op;
    this.width = op.x().size();
    this.narrow = op.rank() == 0 ? null : parameters.add(op.name() + ".v", op.rank(), width);
    int in = op.rank() == 0 ? width : op.rank();
    this.weight = parameters.add(op.name() + ".weight", width, in);
    this.bias = parameters.add(op.name() + ".bias", width);
  }

  @Override
  public void forward(Pass pass) {
    INDArray x = pass.value(op.x());
    int samples = pass.samples();
    middle =
        narrow == null ? x : RowMajor.gemm(x, false, narrow.values(), true, samples, op.rank());
    crossed = RowMajor.gemm(middle, false, weight.values(), true, samples, width);
    crossed.addiRowVector(bias.values());
    pass.value(op.output(), crossed.mul(pass.value(op.x0())).addi(x));
  }

  @Override
  public void backward(Pass pass) {
    INDArray gradient = pass.gradient(op.output());
    INDArray dCrossed = gradient.mul(pass.value(op.x0()));
    pass.addGradient(op.x0(), gradient.mul(crossed));
    pass.addGradient(op.x(), gradient);
    bias.gradient(dCrossed.sum(0));
    INDArray dMiddle = back(weight, middle, dCrossed);
    INDArray dx = narrow == null ? dMiddle : back(narrow, pass.value(op.x()), dMiddle);
    pass.addGradient(op.x(), dx);
  }

  /** Sets the gradient of a matrix; returns that of what it was multiplied with. */
  private static INDArray back(Parameters.Dense matrix, INDArray x, INDArray dProduct) {
    long out = matrix.values().size(0);
    long in = matrix.values().size(1);
    matrix.gradient(RowMajor.gemm(dProduct, true, x, false, out, in));
    return RowMajor.gemm(dProduct, false, matrix.values(), false, x.size(0), in);
  }
}
