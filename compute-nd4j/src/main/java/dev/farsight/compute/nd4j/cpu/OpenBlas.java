package dev.farsight.compute.nd4j.cpu;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import dev.farsight.api.FarsightException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Products of row-major float32 matrices by OpenBLAS, on the calling thread alone: OpenBLAS's own
 * threads would make results depend on how many there are. A call costs 0.15 us beside its work and
 * nothing on the heap. Any number of threads may call.
 *
 * <p>Each product is {@code c = product + beta c}; {@code ld} is the distance of a matrix's rows in
 * floats.
 */
final class OpenBlas {

  /** Columns of a product at either end that may be computed otherwise than those between. */
  static final int END_COLUMNS = 8;

  private final boolean rowsAlike;
  private final Map<RowTrial.Shape, EvaluationRows> evaluationRows = new ConcurrentHashMap<>();

  /** Loads the library, once per process. */
  OpenBlas(String kernels) {
    try {
      BlasKernels.select(kernels);
      blas_set_num_threads(1);
    } catch (LinkageError e) {
      throw new FarsightException("OpenBLAS cannot be loaded: " + e.getMessage(), e);
    }
    rowsAlike = equalRowsHaveEqualProducts();
  }

  /**
   * Tries it, because the kernel set is not known for certain: whoever loaded the library first in
   * this process decided it. Measured with OpenBLAS 0.3.19: AVX2 kernels take 12 rows at a time,
   * and round the first 6 otherwise than the last 6; all other kernel sets compute all rows alike.
   */
  private boolean equalRowsHaveEqualProducts() {
    int rows = 64;
    int out = 70;
    int in = 97;
    try (var memory = new NativeMemory()) {
      var random = new Random(1);
      var a = memory.matrix(rows, in);
      var b = memory.matrix(out, in);
      var c = memory.matrix(rows, out);
      for (int i = 0; i < in; i++) {
        float value = random.nextFloat() - .5f;
        for (int r = 0; r < rows; r++) {
          a.floats().put(a.at(r) + i, value);
        }
      }
      for (int i = 0; i < out * in; i++) {
        b.floats().put(i, random.nextFloat() - .5f);
      }
      abT(rows, out, in, a.pointer(0, 0), in, b.pointer(0, 0), in, 0f, c.pointer(0, 0), out);
      boolean equal = true;
      for (int i = 0; i < rows * out; i++) {
        equal &= c.floats().get(i) == c.floats().get(i % out);
      }
      return equal;
    }
  }

  /**
   * Whether products compute all rows of {@code c} in the same way, if their number is a multiple
   * of 64. If not, they do so with all columns but {@link #END_COLUMNS} at either end, if the
   * number of columns is a multiple of 16.
   */
  boolean rowsAlike() {
    return rowsAlike;
  }

  /** How many rows evaluations compute in products of a shape; tried once. */
  EvaluationRows evaluationRows(RowTrial.Shape shape) {
    return evaluationRows.computeIfAbsent(shape, tried -> RowTrial.of(this, tried));
  }

  /** {@code c[m][n] = a[m][k] b[n][k]^T}. */
  void abT(
      int m,
      int n,
      int k,
      FloatPointer a,
      int lda,
      FloatPointer b,
      int ldb,
      float beta,
      FloatPointer c,
      int ldc) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1f, a, lda, b, ldb, beta, c, ldc);
  }

  /** {@code c[m][n] = a[m][k] b[k][n]}. */
  void ab(
      int m,
      int n,
      int k,
      FloatPointer a,
      int lda,
      FloatPointer b,
      int ldb,
      float beta,
      FloatPointer c,
      int ldc) {
    cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1f, a, lda, b, ldb, beta, c, ldc);
  }

  /** {@code c[m][n] = a[k][m]^T b[k][n]}. */
  void aTb(
      int m,
      int n,
      int k,
      FloatPointer a,
      int lda,
      FloatPointer b,
      int ldb,
      float beta,
      FloatPointer c,
      int ldc) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1f, a, lda, b, ldb, beta, c, ldc);
  }

  /** {@code y[n] = a[m][n]^T x[m]}. */
  void aTx(int m, int n, FloatPointer a, int lda, FloatPointer x, FloatPointer y) {
    cblas_sgemv(CblasRowMajor, CblasTrans, m, n, 1f, a, lda, x, 1, 0f, y, 1);
  }
}
