package dev.farsight.engine.attribution;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.HostTrace;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import java.util.OptionalInt;

/** A plugin's device. */
record AttributedBackend(ComputeBackend backend, PluginCalls calls) implements ComputeBackend {

  @Override
  public HostBuffers buffers() {
    return new AttributedBuffers(calls.get("ComputeBackend.buffers", backend::buffers), calls);
  }

  @Override
  public SlotMemory slots(RowFormat format, int slots, int inRows, int outRows) {
    return new AttributedSlots(
        calls.get("ComputeBackend.slots", () -> backend.slots(format, slots, inRows, outRows)),
        calls);
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots) {
    // A backend takes only memory that it made itself.
    SlotMemory own = slots instanceof AttributedSlots attributed ? attributed.memory() : slots;
    return new AttributedStep(
        calls.get("ComputeBackend.compile", () -> backend.compile(tape, spec, own)), calls);
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots, Collective collective) {
    SlotMemory own = slots instanceof AttributedSlots attributed ? attributed.memory() : slots;
    return new AttributedStep(
        calls.get("ComputeBackend.compile", () -> backend.compile(tape, spec, own, collective)),
        calls);
  }

  @Override
  public String name() {
    try {
      return backend.name();
    } catch (RuntimeException | Error e) {
      throw calls.failure("ComputeBackend.name", e);
    }
  }

  @Override
  public String gpu() {
    try {
      return backend.gpu();
    } catch (RuntimeException | Error e) {
      throw calls.failure("ComputeBackend.gpu", e);
    }
  }

  @Override
  public OptionalInt cudaDevice() {
    return calls.get("ComputeBackend.cudaDevice", backend::cudaDevice);
  }

  @Override
  public HostTrace trace() {
    HostTrace trace = calls.get("ComputeBackend.trace", backend::trace);
    return trace == HostTrace.NONE ? trace : new AttributedTrace(trace, calls);
  }

  @Override
  public void close() {
    calls.run("ComputeBackend.close", backend::close);
  }

  private record AttributedTrace(HostTrace trace, PluginCalls calls) implements HostTrace {

    @Override
    public void worked(String work, long startNanos) {
      try {
        trace.worked(work, startNanos);
      } catch (RuntimeException | Error e) {
        throw calls.failure("HostTrace.worked", e);
      }
    }
  }
}
