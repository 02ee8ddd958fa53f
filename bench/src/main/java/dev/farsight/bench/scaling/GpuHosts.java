package dev.farsight.bench.scaling;

import java.util.List;

/**
 * What docs/gpu.md measured on one host of four H100s with NVLink and 64 cores: samples a second of
 * the four, at 16,384 samples each, and the workloads that were trained.
 */
final class GpuHosts {

  static final int GPUS = 4;
  private static final int SAMPLES = 16_384;
  private static final int DIM = 128;
  private static final double ZIPF = 1.05;

  /** MLPerf's shape was trained with an eighth of its rows. */
  private static final int EIGHTH = 8;

  private static final int[] BOTTOM = {512, 256};
  private static final int[] TOP = {1024, 1024, 512, 256};

  /**
   * A case to predict.
   *
   * @param millionSamplesPerSecond of the host
   * @param measured where the figure is from
   */
  record Measured(String name, Workload work, double millionSamplesPerSecond, String measured) {

    /** What the host needs for a step. */
    HostStep step(double deviation, double copyBytesPerSecond) {
      double seconds = GPUS * (double) work.samples() / (millionSamplesPerSecond * 1e6);
      return new HostStep(name, seconds, deviation, copyBytesPerSecond);
    }
  }

  private GpuHosts() {}

  static List<Measured> all() {
    Workload kaggle = dlrm("Kaggle", Workload.Tables.kaggle());
    Workload mlperf = dlrm("MLPerf", Workload.Tables.mlperf().dividedBy(EIGHTH));
    return List.of(
        new Measured("Kaggle, tf32", kaggle, 23.78, "all rows resident"),
        new Measured("Kaggle, bf16", kaggle, 26.73, "all rows resident"),
        new Measured("Kaggle, bf16, cache 1 %", kaggle, 12.22, "1 %"),
        new Measured(
            "1TB, tf32",
            dlrm("1TB", Workload.Tables.terabyte()),
            23.78,
            "not measured: a step of Kaggle's tables, which has as many lookups"),
        new Measured("MLPerf, bf16", mlperf, 4.45, "an eighth of its rows, all resident"));
  }

  private static Workload dlrm(String name, Workload.Tables tables) {
    long parameters = Workload.dlrmParameters(tables.count(), DIM, BOTTOM, TOP);
    return new Workload(name, tables, SAMPLES, DIM, parameters, ZIPF);
  }
}
