package dev.farsight.testkit.compute;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;

/**
 * A backend that is {@link Float64Step} with float32 parameters and rows: no natives, no threads,
 * exact to the bit everywhere, and slow. It checks every {@link
 * dev.farsight.api.compute.StepInput}, and refuses slots that hold no row, so that tests of an
 * engine see planning errors where they happen.
 */
public final class NaiveBackend implements ComputeBackend {

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
    return new NaiveSlots(format, slots, inRows, outRows, maxChunkBytes);
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots) {
    return new NaiveStep(tape, spec, (NaiveSlots) slots);
  }

  @Override
  public void close() {}
}
