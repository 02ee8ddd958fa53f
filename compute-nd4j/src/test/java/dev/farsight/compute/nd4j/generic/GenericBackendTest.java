package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.testkit.compute.ComputeBackendContract;

/** The code path of nd4j-cuda on nd4j-native. */
class GenericBackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return new GenericBackend(null, threads);
  }
}
