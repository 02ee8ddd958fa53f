package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.testkit.compute.ComputeBackendContract;

/**
 * With values in bfloat16, which keeps 7 bits of the fraction; needs a GPU. The first step of
 * Adagrad moves a weight by the learning rate, whatever its gradient, so that rounding of one near
 * zero may turn the step around: hence the tolerance.
 */
class Bf16BackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return JcudaBackends.open(Precision.BF16);
  }

  @Override
  public double tolerance() {
    return 6e-2;
  }
}
