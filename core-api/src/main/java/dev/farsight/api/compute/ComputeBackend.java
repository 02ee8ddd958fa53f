package dev.farsight.api.compute;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import java.util.OptionalInt;

/** An open device. It must be closed last, after every memory and step made from it. */
public interface ComputeBackend extends AutoCloseable {

  /**
   * Creates an allocator of host memory for carriers that cross to this device. Each call returns a
   * new allocator, which owns its buffers.
   */
  HostBuffers buffers();

  /**
   * Allocates the memory of a cache.
   *
   * @param slots how many rows the device holds
   * @param inRows rows of the in-ring
   * @param outRows rows of the out-ring
   */
  SlotMemory slots(RowFormat format, int slots, int inRows, int outRows);

  /** Compiles a recorded model into a step that trains on the rows in {@code slots}. */
  CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots);

  /**
   * Compiles the part of one rank of a step that several ranks share, see {@link RowExchange}. All
   * ranks are given the same steps in the same order. Each rank is called from a thread of its own,
   * because a call may wait for the other ranks.
   *
   * @param spec has an {@linkplain StepSpec#exchange exchange}
   * @param collective of this rank; used by the step alone
   */
  default CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots, Collective collective) {
    throw new FarsightException("this compute backend trains on one device only");
  }

  /** What messages call the device, such as {@code gpu 1}. */
  default String name() {
    return "device";
  }

  /** The GPU's name, for reports; null for the CPU. */
  default String gpu() {
    return null;
  }

  /** The number by which the CUDA driver knows the device; empty if it is no GPU of NVIDIA's. */
  default OptionalInt cudaDevice() {
    return OptionalInt.empty();
  }

  /** Receives the engine's reports of what its threads did. */
  default HostTrace trace() {
    return HostTrace.NONE;
  }

  @Override
  void close();
}
