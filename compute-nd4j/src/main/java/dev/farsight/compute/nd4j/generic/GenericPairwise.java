package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.Gather;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The dot interaction as a batch of small products Z Z^T, Z the V = F + 1 vectors of a sample, of
 * which the upper triangle is picked out. Backward, the triangle's gradients are put at both of
 * their places in a symmetric G with an empty diagonal, and dZ = G Z.
 *
 * <p>Takes 2 V^2 floats a sample each way, and twice the arithmetic needed.
 */
final class GenericPairwise implements GenericOp {

  private final Op.Pairwise op;
  private final int dim;
  private final int vectors;
  private final int[] triangle;
  private final int[] square;

  GenericPairwise(Op.Pairwise op) {
    this.op = op;
    this.dim = op.x().width();
    this.vectors = op.bag().features() + 1;
    this.triangle = new int[vectors * (vectors - 1) / 2];
    this.square = new int[vectors * vectors];
    Arrays.fill(square, triangle.length);
    int pair = 0;
    for (int i = 0; i < vectors; i++) {
      for (int j = i + 1; j < vectors; j++) {
        triangle[pair] = i * vectors + j;
        square[i * vectors + j] = pair;
        square[j * vectors + i] = pair;
        pair++;
      }
    }
  }

  @Override
  public void forward(Pass pass) {
    INDArray products = RowMajor.uninitialized(pass.samples(), vectors, vectors);
    INDArray z = vectors(pass);
    Nd4j.matmul(z, z, products, false, true, false);
    INDArray pairs = columnsAt(products.reshape('c', pass.samples(), square.length), triangle);
    pass.value(op.output(), RowMajor.beside(pass.value(op.x()), pairs));
  }

  @Override
  public void backward(Pass pass) {
    INDArray gradient = pass.gradient(op.output());
    INDArray pairs = RowMajor.columns(gradient, dim, gradient.size(1));
    INDArray diagonal = Nd4j.zeros(gradient.dataType(), pass.samples(), 1);
    INDArray symmetric = columnsAt(RowMajor.beside(pairs, diagonal), square);
    INDArray dz = RowMajor.uninitialized(pass.samples(), vectors, dim);
    Nd4j.matmul(
        symmetric.reshape('c', pass.samples(), vectors, vectors),
        vectors(pass),
        dz,
        false,
        false,
        false);
    INDArray flat = dz.reshape('c', pass.samples(), (long) vectors * dim);
    INDArray dx = RowMajor.columns(flat, 0, dim);
    pass.addGradient(op.x(), dx.addi(RowMajor.columns(gradient, 0, dim)));
    pass.addGradient(op.bag(), RowMajor.columns(flat, dim, flat.size(1)));
  }

  /** Z of all samples, [samples][V][dim]. */
  private INDArray vectors(Pass pass) {
    return RowMajor.beside(pass.value(op.x()), pass.value(op.bag()))
        .reshape('c', pass.samples(), vectors, dim);
  }

  /** Some columns; a matrix even if it is only one, which ND4J makes a vector of. */
  private static INDArray columnsAt(INDArray source, int[] columns) {
    INDArray gathered = Nd4j.exec(new Gather(source, columns, 1))[0];
    return gathered.reshape('c', source.size(0), columns.length);
  }
}
