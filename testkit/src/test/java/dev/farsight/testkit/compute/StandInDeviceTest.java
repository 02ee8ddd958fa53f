package dev.farsight.testkit.compute;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.table.RowFormat;
import org.junit.jupiter.api.Tag;

/** {@link QueuedDeviceTest} passes the same contract with the same parts, one call at a time. */
@Tag("nightly")
class StandInDeviceTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return new StandInDevice(new NaiveBackend());
  }

  @Override
  public SlotMemory chunkedSlots(
      ComputeBackend backend,
      RowFormat format,
      int slots,
      int inRows,
      int outRows,
      int maxChunkBytes) {
    return StandInDevice.over(
        new NaiveBackend().slots(format, slots, inRows, outRows, maxChunkBytes),
        inRows,
        maxChunkBytes);
  }

  @Override
  public boolean usesThreads() {
    return false;
  }
}
