package dev.farsight.bench;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import dev.farsight.api.concurrent.Workers;
import org.bytedeco.javacpp.FloatPointer;

/** Products of square matrices by OpenBLAS, one on each thread at once: the peak of a CPU. */
public final class Gemm implements AutoCloseable {

  private static final int SIZE = 768;

  private final int threads;
  private final Workers workers;
  private final FloatPointer[] matrices;
  private final Workers.Task multiply = (task, worker) -> multiply(task);

  public Gemm(int threads) {
    this.threads = threads;
    workers = new Workers("gemm", threads);
    matrices = new FloatPointer[3 * threads];
    for (int m = 0; m < matrices.length; m++) {
      matrices[m] = new FloatPointer((long) SIZE * SIZE);
      for (long i = 0; i < (long) SIZE * SIZE; i++) {
        matrices[m].put(i, (i % 13 - 6) / 8f);
      }
    }
    blas_set_num_threads(1);
  }

  public void multiply() {
    workers.run(threads, multiply);
  }

  private void multiply(int task) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasNoTrans,
        SIZE,
        SIZE,
        SIZE,
        1f,
        matrices[3 * task],
        SIZE,
        matrices[3 * task + 1],
        SIZE,
        0f,
        matrices[3 * task + 2],
        SIZE);
  }

  /** Floating-point operations of one {@link #multiply}. */
  public double flops() {
    return 2.0 * SIZE * SIZE * SIZE * threads;
  }

  @Override
  public void close() {
    workers.close();
    for (FloatPointer matrix : matrices) {
      matrix.close();
    }
  }
}
