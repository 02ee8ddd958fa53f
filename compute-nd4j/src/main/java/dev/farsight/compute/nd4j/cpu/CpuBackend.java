package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;

/** The CPU: one pool of threads, on which every step and every large move runs. */
final class CpuBackend implements ComputeBackend {

  private final int device;
  private final OpenBlas blas;
  private final Workers workers;

  CpuBackend(int device, OpenBlas blas, int threads) {
    this.device = device;
    this.blas = blas;
    this.workers = new Workers(device == 0 ? "compute" : "compute-cpu" + device, threads);
  }

  @Override
  public HostBuffers buffers() {
    return new NativeMemory();
  }

  @Override
  public SlotMemory slots(RowFormat format, int slots, int inRows, int outRows) {
    return slots(format, slots, inRows, outRows, RowBuffer.MAX_CHUNK_BYTES);
  }

  /** As {@link #slots(RowFormat, int, int, int)}, in chunks of at most so many bytes. */
  SlotMemory slots(RowFormat format, int slots, int inRows, int outRows, int maxChunkBytes) {
    return new CpuSlots(format, slots, inRows, outRows, maxChunkBytes, workers);
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots) {
    return new CpuStep(tape, spec, own(slots), blas, workers);
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots, Collective collective) {
    return new ShardedStep(tape, spec, own(slots), collective, blas, workers);
  }

  private static CpuSlots own(SlotMemory slots) {
    if (!(slots instanceof CpuSlots own)) {
      throw new IllegalArgumentException("slots of another backend: " + slots.getClass());
    }
    return own;
  }

  @Override
  public String name() {
    return "cpu " + device;
  }

  @Override
  public void close() {
    workers.close();
  }
}
