package dev.farsight.compute.jcuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import dev.farsight.api.FarsightException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A matrix product {@code d = op(a) op(b) + c}, column-major, with the algorithm that cuBLASLt
 * names first: a choice by timing would make results differ from run to run. A call costs 20 us of
 * CPU; meant to be captured.
 */
final class Gemm implements Command, AutoCloseable {

  private static final int TRANSPOSE_A = 3;
  private static final int TRANSPOSE_B = 4;
  private static final int EPILOGUE = 7;
  private static final int BIAS_POINTER = 8;
  private static final int WORKSPACE_LIMIT = 1;
  private static final int REDUCTIONS = 3;

  /** Partial products are added in a fixed order, in the type of computation. */
  private static final int REDUCTION_COMPUTE_TYPE = 2;

  private static final int RESULT_BYTES = 96;

  /** What follows the product. */
  enum Epilogue {
    NONE(1),
    BIAS(4),
    RELU_BIAS(6);

    private final int number;

    Epilogue(int number) {
      this.number = number;
    }
  }

  /**
   * An operand as it lies in memory: {@code rows} by {@code columns}, one column after the other.
   *
   * @param type cuBLASLt's number
   * @param transposed whether the product takes it transposed
   */
  record Operand(long address, int type, long rows, long columns, boolean transposed) {}

  private final String name;
  private final CublasLt lt;
  private final Pointer description;
  private final List<Pointer> layouts = new ArrayList<>();
  private final Memory algorithm = new Memory(RESULT_BYTES);
  private final Object[] arguments;

  /**
   * @param added address of what is added to the product, of d's type and layout: d itself, or
   *     another matrix; 0 if nothing is
   * @param bias address of the bias, where the epilogue has one
   */
  Gemm(
      String name,
      CublasLt lt,
      int compute,
      Operand a,
      Operand b,
      Operand d,
      long added,
      Epilogue epilogue,
      long bias) {
    this.name = name;
    this.lt = lt;
    description = lt.create("cublasLtMatmulDescCreate", compute, CublasLt.R_32F);
    set(TRANSPOSE_A, CublasLt.int32(a.transposed ? 1 : 0), 4);
    set(TRANSPOSE_B, CublasLt.int32(b.transposed ? 1 : 0), 4);
    set(EPILOGUE, CublasLt.int32(epilogue.number), 4);
    if (epilogue != Epilogue.NONE) {
      set(BIAS_POINTER, CublasLt.int64(bias), 8);
    }
    for (Operand operand : List.of(a, b, d)) {
      layouts.add(
          lt.create(
              "cublasLtMatrixLayoutCreate",
              operand.type,
              operand.rows,
              operand.columns,
              operand.rows));
    }
    choose();
    var one = new Memory(4);
    one.setFloat(0, 1f);
    var beta = new Memory(4);
    beta.setFloat(0, added == 0 ? 0f : 1f);
    Pointer to = new Pointer(d.address);
    Pointer c = added == 0 ? to : new Pointer(added);
    arguments =
        new Object[] {
          lt.handle(),
          description,
          one,
          new Pointer(a.address),
          layouts.get(0),
          new Pointer(b.address),
          layouts.get(1),
          beta,
          c,
          layouts.get(2),
          to,
          layouts.get(2),
          algorithm,
          lt.workspace(),
          CublasLt.WORKSPACE,
          null
        };
  }

  private void set(int attribute, Memory value, long bytes) {
    lt.call("cublasLtMatmulDescSetAttribute", description, attribute, value, bytes);
  }

  private void choose() {
    Pointer preference = lt.create("cublasLtMatmulPreferenceCreate");
    prefer(preference, WORKSPACE_LIMIT, CublasLt.int64(CublasLt.WORKSPACE), 8);
    prefer(preference, REDUCTIONS, CublasLt.int32(REDUCTION_COMPUTE_TYPE), 4);
    var found = new IntByReference();
    Pointer d = layouts.get(2);
    int result =
        lt.result(
            "cublasLtMatmulAlgoGetHeuristic",
            lt.handle(),
            description,
            layouts.get(0),
            layouts.get(1),
            d,
            d,
            preference,
            1,
            algorithm,
            found);
    lt.call("cublasLtMatmulPreferenceDestroy", preference);
    if (result != 0 || found.getValue() < 1) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "cuBLASLt has no algorithm for %s (status %d); try another compute.jcuda.precision, or a newer cuBLAS",
              name,
              result));
    }
  }

  private void prefer(Pointer preference, int attribute, Memory value, long bytes) {
    lt.call("cublasLtMatmulPreferenceSetAttribute", preference, attribute, value, bytes);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Stage stage() {
    return Stage.PRODUCTS;
  }

  @Override
  public void enqueue(Stream stream, long input) {
    arguments[arguments.length - 1] = new Pointer(stream.handle());
    lt.call("cublasLtMatmul", arguments);
  }

  @Override
  public void close() {
    layouts.forEach(layout -> lt.call("cublasLtMatrixLayoutDestroy", layout));
    lt.call("cublasLtMatmulDescDestroy", description);
  }
}
