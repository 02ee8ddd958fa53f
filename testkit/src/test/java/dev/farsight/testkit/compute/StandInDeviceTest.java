package dev.farsight.testkit.compute;

import dev.farsight.api.compute.ComputeBackend;

class StandInDeviceTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return new StandInDevice(new NaiveBackend());
  }
}
