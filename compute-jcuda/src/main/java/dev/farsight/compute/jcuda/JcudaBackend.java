package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.HostTrace;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;
import jcuda.driver.JCudaDriver;

/**
 * A GPU with five streams: the lane, and one each for the search for unique rows, for batches and
 * rows on their way to the device and for rows on their way back. Streams meet by events alone.
 */
final class JcudaBackend implements ComputeBackend {

  private static final int FIRST_WITH_TENSOR_FLOAT = 80;

  private final Gpu gpu;
  private final Precision precision;
  private final Timeline timeline;
  private final boolean peerAccess;
  private final KernelCompiler compiler;
  private final Stream lane;
  private final Stream search;
  private final Stream batches;
  private final Stream in;
  private final Stream out;

  /** Without a timeline. */
  JcudaBackend(int ordinal, Precision precision, Path kernelCache) {
    this(ordinal, precision, kernelCache, true);
  }

  /** Without a timeline. */
  JcudaBackend(int ordinal, Precision precision, Path kernelCache, boolean peerAccess) {
    this(new Gpu(ordinal), precision, kernelCache, Timeline::off, peerAccess);
  }

  /**
   * @param gpu owned
   * @param peerAccess whether GPUs may use each other's memory
   */
  JcudaBackend(
      Gpu gpu,
      Precision precision,
      Path kernelCache,
      Function<Gpu, Timeline> timeline,
      boolean peerAccess) {
    this.gpu = gpu;
    this.peerAccess = peerAccess;
    this.timeline = timeline.apply(gpu);
    this.precision = precision;
    try {
      if (precision != Precision.FP32 && gpu.capability() < FIRST_WITH_TENSOR_FLOAT) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "compute.jcuda.precision = %s needs compute capability 8.0, %s has %d.%d; use fp32",
                precision.configName(),
                gpu.name(),
                gpu.capability() / 10,
                gpu.capability() % 10));
      }
      compiler =
          new KernelCompiler(
              new Nvrtc(CudaLibrary.NVRTC.open()),
              new KernelCache(kernelCache),
              gpu.name(),
              gpu.capability());
      lane = gpu.stream();
      search = gpu.stream();
      batches = gpu.stream();
      in = gpu.stream();
      out = gpu.stream();
    } catch (RuntimeException | Error e) {
      Closing.after(e, gpu);
      throw e;
    }
  }

  Gpu device() {
    return gpu;
  }

  Precision precision() {
    return precision;
  }

  /** Whether GPUs may use each other's memory. */
  boolean peerAccess() {
    return peerAccess;
  }

  @Override
  public HostTrace trace() {
    return timeline::host;
  }

  Timeline timeline() {
    return timeline;
  }

  Stream lane() {
    return lane;
  }

  /** Stream of the search for unique rows. */
  Stream search() {
    return search;
  }

  /** Stream of batches on their way to the device. */
  Stream batches() {
    return batches;
  }

  /** Stream of rows on their way to the device. */
  Stream in() {
    return in;
  }

  /** Stream of rows on their way back. */
  Stream out() {
    return out;
  }

  DeviceMemory memory() {
    return new DeviceMemory(gpu, lane);
  }

  Kernels load(KernelSource source) {
    gpu.enter();
    return new Kernels(gpu, compiler.compile(source));
  }

  @Override
  public HostBuffers buffers() {
    return new PinnedMemory(gpu);
  }

  @Override
  public SlotMemory slots(RowFormat format, int slots, int inRows, int outRows) {
    return slots(format, slots, inRows, outRows, RowBuffer.MAX_CHUNK_BYTES);
  }

  /** As {@link #slots(RowFormat, int, int, int)}, rings in chunks of at most so many bytes. */
  SlotMemory slots(RowFormat format, int slots, int inRows, int outRows, int maxChunkBytes) {
    return new JcudaSlots(this, format, slots, inRows, outRows, maxChunkBytes);
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots) {
    return step(tape, spec, slots, null);
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots, Collective collective) {
    return step(tape, spec, slots, collective);
  }

  private JcudaStep step(Tape tape, StepSpec spec, SlotMemory slots, Collective collective) {
    if (!(slots instanceof JcudaSlots own)) {
      throw new IllegalArgumentException("slots of another backend: " + slots.getClass());
    }
    if (!spec.slotFormat().equals(slots.format())) {
      throw new IllegalArgumentException(
          "a step on " + spec.slotFormat() + ", but slots have " + slots.format());
    }
    if ((spec.exchange() == null) != (collective == null)) {
      throw new IllegalArgumentException("an exchange needs a collective, and the other way round");
    }
    return new JcudaStep(this, tape, spec, own, collective);
  }

  @Override
  public String name() {
    return "gpu " + gpu.ordinal();
  }

  @Override
  public OptionalInt cudaDevice() {
    return OptionalInt.of(gpu.ordinal());
  }

  @Override
  public String gpu() {
    return gpu.name();
  }

  @Override
  public void close() {
    Closing.all(this::destroyStreams, gpu);
  }

  private void destroyStreams() {
    gpu.enter();
    for (Stream stream : new Stream[] {out, in, batches, search, lane}) {
      JCudaDriver.cuStreamDestroy(stream);
    }
  }
}
