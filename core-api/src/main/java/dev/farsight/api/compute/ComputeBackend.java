package dev.farsight.api.compute;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;

/** An opened device. Closed last: after every memory and step made from it. */
public interface ComputeBackend extends AutoCloseable {

  /** Memory for carriers that cross to this device. A new owner each call. */
  HostBuffers buffers();

  /**
   * Memory of a cache.
   *
   * @param inRows rows of the in-ring
   * @param outRows rows of the out-ring
   */
  SlotMemory slots(RowFormat format, int slots, int inRows, int outRows);

  /** Makes a recorded model ready to train on the rows in {@code slots}. */
  CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots);

  /** The device in words, for reports: a GPU's name, or null for the CPU. */
  default String gpu() {
    return null;
  }

  /** Where the engine tells what its threads do. */
  default HostTrace trace() {
    return HostTrace.NONE;
  }

  @Override
  void close();
}
