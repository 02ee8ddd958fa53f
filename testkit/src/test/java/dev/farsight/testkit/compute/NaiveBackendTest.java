package dev.farsight.testkit.compute;

import dev.farsight.api.compute.ComputeBackend;

class NaiveBackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return new NaiveBackend();
  }
}
