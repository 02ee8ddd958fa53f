package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.model.Op;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rows gathered from the batch's unique rows, and gradients summed by unique row. */
record GenericEmbeddingBag(Op.EmbeddingBag op, boolean freezeRows) implements GenericOp {

  @Override
  public void forward(Pass pass) {
    StepInput input = pass.input();
    int tables = op.output().features();
    int dim = op.output().width();
    var rows = new int[pass.samples() * tables];
    for (int t = 0; t < tables; t++) {
      for (int s = 0; s < pass.samples(); s++) {
        rows[s * tables + t] = input.uniqueOf().get(input.batch().lookupStart(t) + s);
      }
    }
    INDArray weights = RowMajor.columns(pass.uniqueRows(), 0, dim);
    INDArray vectors = RowMajor.gather(weights, rows);
    pass.value(op.output(), vectors.reshape('c', pass.samples(), (long) tables * dim));
  }

  @Override
  public void backward(Pass pass) {
    if (freezeRows) {
      return;
    }
    int tables = op.output().features();
    int dim = op.output().width();
    INDArray vectors = pass.gradient(op.output()).reshape('c', (long) pass.samples() * tables, dim);
    pass.addRowGradients(RowSums.sum(vectors, pass.input()));
  }
}
