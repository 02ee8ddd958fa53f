package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whatever ND4J backend is on the class path. Calls are done when they return.
 *
 * <p>ND4J's settings hold for the process, so the backend opened last sets how many threads an
 * operation may use. BLAS gets one, because its results depend on how many it has.
 *
 * <p>A step allocates: intermediate arrays in a workspace that is used again by each step, and Java
 * arrays for what crosses to the device (the batch's dense features, labels and lookups, and the
 * rows moved), which is about 8 (dense width + 3 features + 4) bytes a sample and 8 bytes a float
 * of the rows moved. Where features have bags, it is 40 bytes more for each lookup, and with max
 * pooling 8 bytes more for each float of the lookups' rows, which are then pooled on the host.
 */
public final class GenericBackend implements ComputeBackend {

  private final String gpu;

  /**
   * @param gpu name of the GPU that ND4J runs on, or null for the CPU
   * @param threads how many threads ND4J may use for an operation
   */
  public GenericBackend(String gpu, int threads) {
    this.gpu = gpu;
    Nd4j.factory().blas().setMaxThreads(1);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
  }

  @Override
  public HostBuffers buffers() {
    return HostBuffers.plain();
  }

  @Override
  public SlotMemory slots(RowFormat format, int slots, int inRows, int outRows) {
    return slots(format, slots, inRows, outRows, RowBuffer.MAX_CHUNK_BYTES);
  }

  /** As {@link #slots(RowFormat, int, int, int)}, rings in chunks of at most so many bytes. */
  SlotMemory slots(RowFormat format, int slots, int inRows, int outRows, int maxChunkBytes) {
    return new GenericSlots(format, slots, inRows, outRows, maxChunkBytes, buffers());
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots) {
    if (!(slots instanceof GenericSlots memory)) {
      throw new IllegalArgumentException("slots of another backend: " + slots.getClass());
    }
    return new GenericStep(tape, spec, memory);
  }

  @Override
  public String gpu() {
    return gpu;
  }

  @Override
  public void close() {
    // Memory belongs to slots and steps; ND4J itself lives as long as the process.
  }
}
