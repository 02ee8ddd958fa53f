package dev.farsight.compute.jcuda;

import dev.farsight.compute.jcuda.ParameterLayout.Place;
import java.util.ArrayList;
import java.util.List;

/** The products of a step's values with matrices among its parameters, by cuBLASLt. */
final class Products {

  private final DenseParameters parameters;
  private final CublasLt lt;
  private final Precision precision;
  private final int batchSize;
  private final List<Gemm> all = new ArrayList<>();

  Products(DenseParameters parameters, CublasLt lt, Precision precision, int batchSize) {
    this.parameters = parameters;
    this.lt = lt;
    this.precision = precision;
    this.batchSize = batchSize;
  }

  /** All that were made so far. */
  List<Gemm> all() {
    return all;
  }

  /**
   * {@code y = x W^T} and what follows.
   *
   * @param layer names the command
   * @param bias name of the parameter; null if the epilogue has none
   */
  Command forward(
      String layer, Place weight, Value x, Value y, Gemm.Epilogue epilogue, Place bias) {
    return product(
        layer + " forward",
        weights(weight, true),
        matrix(x, false),
        matrix(y, false),
        0,
        epilogue,
        bias == null ? 0 : parameters.element(bias.at()));
  }

  /**
   * {@code dx = g W + added}.
   *
   * @param added address of a value like {@code dx}, which may be itself; 0 if nothing is added
   */
  Command gradientOfInput(String layer, Place weight, Value g, Value dx, long added) {
    return product(
        layer + " gradient of input",
        weights(weight, false),
        matrix(g, false),
        matrix(dx, false),
        added,
        Gemm.Epilogue.NONE,
        0);
  }

  /** {@code dW = g^T x}. */
  Command gradientOfWeights(String layer, Place weight, Value x, Value g) {
    long gradient = parameters.gradient(weight.at());
    return product(
        layer + " gradient of weights",
        matrix(x, false),
        matrix(g, true),
        new Gemm.Operand(gradient, CublasLt.R_32F, x.ld(), g.ld(), false),
        0,
        Gemm.Epilogue.NONE,
        0);
  }

  private Gemm.Operand matrix(Value value, boolean transposed) {
    int type = value.wide() ? CublasLt.R_32F : precision.type;
    return new Gemm.Operand(value.address(), type, value.ld(), batchSize, transposed);
  }

  private Gemm.Operand weights(Place weight, boolean transposed) {
    long address = parameters.element(weight.at());
    int rows = Value.ld(weight.rows());
    return new Gemm.Operand(address, precision.type, weight.ld(), rows, transposed);
  }

  private Gemm product(
      String name,
      Gemm.Operand a,
      Gemm.Operand b,
      Gemm.Operand d,
      long added,
      Gemm.Epilogue epilogue,
      long bias) {
    var gemm = new Gemm(name, lt, precision.compute, a, b, d, added, epilogue, bias);
    all.add(gemm);
    return gemm;
  }
}
