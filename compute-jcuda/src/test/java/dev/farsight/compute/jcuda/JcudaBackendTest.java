package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.ComputeBackendContract;

/** In float32; needs a GPU. */
class JcudaBackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return JcudaBackends.open(Precision.FP32);
  }

  @Override
  public SlotMemory chunkedSlots(
      ComputeBackend backend,
      RowFormat format,
      int slots,
      int inRows,
      int outRows,
      int maxChunkBytes) {
    return ((JcudaBackend) backend).slots(format, slots, inRows, outRows, maxChunkBytes);
  }
}
