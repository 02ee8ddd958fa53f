package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.testkit.compute.ComputeBackendContract;

/** On nd4j-native, with ND4J's own number of threads. */
class GenericBackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return new GenericBackend(null);
  }
}
