package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Bags where all features are one-hot: rows gathered from the batch's unique rows, and gradients
 * summed by unique row.
 */
record GenericOneHotBag(Op.EmbeddingBag op, boolean freezeRows) implements GenericOp {

  @Override
  public void forward(Pass pass) {
    StepInput input = pass.input();
    int features = op.output().features();
    int dim = op.output().width();
    var rows = new int[pass.samples() * features];
    for (int f = 0; f < features; f++) {
      for (int s = 0; s < pass.samples(); s++) {
        rows[s * features + f] = input.uniqueOf().get(input.batch().lookupStart(f) + s);
      }
    }
    INDArray weights = RowMajor.columns(pass.uniqueRows(), 0, dim);
    INDArray vectors = RowMajor.gather(weights, rows);
    pass.value(op.output(), vectors.reshape('c', pass.samples(), (long) features * dim));
  }

  @Override
  public void backward(Pass pass) {
    if (!freezeRows) {
      INDArray lookups = RowOrder.gather(pass.gradient(op.output()), op.output(), pass.input());
      pass.addRowGradients(SegmentSums.sum(lookups, RowOrder.starts(pass.input())));
    }
  }
}
