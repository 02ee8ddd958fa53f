package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.compute.ComputeBackendContract;
import org.junit.jupiter.api.Tag;

/** The code path of nd4j-cuda on nd4j-native. */
@Tag("nightly")
class GenericBackendTest extends ComputeBackendContract {

  @Override
  protected ComputeBackend open(int threads) {
    return new GenericBackend(null, threads);
  }

  @Override
  public SlotMemory chunkedSlots(
      ComputeBackend backend,
      RowFormat format,
      int slots,
      int inRows,
      int outRows,
      int maxChunkBytes) {
    return ((GenericBackend) backend).slots(format, slots, inRows, outRows, maxChunkBytes);
  }

  /** Each of its many calls of ND4J takes long; {@code CpuBackendTest} trains the usual number. */
  @Override
  public int manySteps() {
    return 10;
  }

  /** ND4J takes other kernels for other numbers of samples. */
  @Override
  public boolean logitsDependOnTheirSampleAlone() {
    return false;
  }
}
