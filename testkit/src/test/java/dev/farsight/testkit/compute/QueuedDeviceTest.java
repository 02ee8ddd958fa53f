package dev.farsight.testkit.compute;

import dev.farsight.api.compute.ComputeBackend;
import org.junit.jupiter.api.Tag;

/** The device that other modules test with does what every backend must. */
@Tag("nightly")
class QueuedDeviceTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return QueuedDevice.ofOneCaller(new NaiveBackend());
  }

  @Override
  public boolean usesThreads() {
    return false;
  }
}
