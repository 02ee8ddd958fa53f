package dev.farsight.testkit.compute;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.table.RowFormat;
import org.junit.jupiter.api.Tag;

/** {@link QueuedDeviceTest} passes the same contract with this backend, behind a queue. */
@Tag("nightly")
class NaiveBackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return new NaiveBackend();
  }

  @Override
  public SlotMemory chunkedSlots(
      ComputeBackend backend,
      RowFormat format,
      int slots,
      int inRows,
      int outRows,
      int maxChunkBytes) {
    return ((NaiveBackend) backend).slots(format, slots, inRows, outRows, maxChunkBytes);
  }

  @Override
  public boolean usesThreads() {
    return false;
  }
}
