package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowLayout;

/**
 * Whatever ND4J backend is on the class path. Calls are done when they return; ND4J itself decides
 * on the threads or streams it runs them on, for the whole process.
 *
 * <p>A step allocates: intermediate arrays in a workspace that is used again by each step, and Java
 * arrays for what crosses to the device (the batch's dense features, labels and lookups, and the
 * rows moved), which is about 8 (dense width + 3 tables + 4) bytes a sample and 8 bytes a float of
 * the rows moved.
 */
public final class GenericBackend implements ComputeBackend {

  private final String gpu;

  /**
   * @param gpu name of the GPU that ND4J runs on, or null for the CPU
   */
  public GenericBackend(String gpu) {
    this.gpu = gpu;
  }

  @Override
  public HostBuffers buffers() {
    return HostBuffers.plain();
  }

  @Override
  public SlotMemory slots(RowLayout layout, int slots, int inRows, int outRows) {
    return new GenericSlots(layout, slots, inRows, outRows, buffers());
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
