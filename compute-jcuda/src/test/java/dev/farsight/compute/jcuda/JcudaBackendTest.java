package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.testkit.compute.ComputeBackendContract;

/** In float32; needs a GPU. */
class JcudaBackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return JcudaBackends.open(Precision.FP32);
  }
}
