package dev.farsight.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Training steps a second of the CPU backend, of the whole model and of its ops, rows resident; and
 * as the limit, products of two matrices of 768 by 768 on every thread at once, of .9 GFLOP a
 * thread. A step's operations are {@link ResidentStep#flops}.
 */
@State(Scope.Thread)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class OpsBenchmark {

  @Param({"DLRM", "LINEAR", "ROWS_ALONE", "INTERACTION"})
  public ResidentStep.Model model;

  private final int threads = Runtime.getRuntime().availableProcessors();
  private ResidentStep step;
  private Gemm gemm;

  @Setup
  public void open() {
    step = new ResidentStep(model, threads);
    gemm = new Gemm(threads);
  }

  @TearDown
  public void close() {
    gemm.close();
    step.close();
  }

  @Benchmark
  public ResidentStep step() {
    step.train();
    return step;
  }

  /** One product on each thread. */
  @Benchmark
  public Gemm gemm() {
    gemm.multiply();
    return gemm;
  }
}
