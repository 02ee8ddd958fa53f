package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.ComputeBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Opens the backend for tests; skips them where there is no GPU. */
final class JcudaBackends {

  private JcudaBackends() {}

  static JcudaBackend open(Precision precision) {
    var availability = new JcudaFactory().probe();
    Assumptions.assumeTrue(availability.available(), availability.detail());
    return new JcudaBackend(0, precision, kernelCache());
  }

  /** Opens one of several GPUs. */
  static JcudaBackend open(Precision precision, int ordinal) {
    var availability = new JcudaFactory().probe();
    Assumptions.assumeTrue(availability.available(), availability.detail());
    Assumptions.assumeTrue(ordinal < gpus(), "there is no GPU " + ordinal);
    return new JcudaBackend(ordinal, precision, kernelCache());
  }

  /** How many GPUs there are. */
  static int gpus() {
    return InstalledGpu.driver().map(InstalledGpu::count).orElse(0);
  }

  static ComputeBackend open() {
    return open(Precision.FP32);
  }

  static Path kernelCache() {
    return KernelCache.defaultFolder(System.getenv(), System.getProperty("user.home"));
  }
}
