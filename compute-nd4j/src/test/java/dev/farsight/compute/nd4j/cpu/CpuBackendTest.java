package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.testkit.compute.ComputeBackendContract;

class CpuBackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return CpuBackends.open(threads);
  }
}
