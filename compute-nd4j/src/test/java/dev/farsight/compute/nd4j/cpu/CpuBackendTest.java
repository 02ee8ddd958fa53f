package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.ComputeBackendContract;

class CpuBackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return CpuBackends.open(threads);
  }

  @Override
  public SlotMemory chunkedSlots(
      ComputeBackend backend,
      RowFormat format,
      int slots,
      int inRows,
      int outRows,
      int maxChunkBytes) {
    return ((CpuBackend) backend).slots(format, slots, inRows, outRows, maxChunkBytes);
  }
}
