package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.internal.Closing;
import java.nio.ByteBuffer;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/** A GPU's stream and buffers: pinned memory, and as much on the device. */
final class GpuStaging implements RankStaging {

  private static final int PIECE_BYTES = 1 << 20;
  private static final int NOT_READY = 600;

  private final Gpu gpu;
  private final Stream stream;
  private final CUevent mark;
  private final PinnedMemory pinned;
  private final DeviceMemory memory;
  private final ByteBuffer[] out;
  private final ByteBuffer[] in;
  private final Host[] hostOut;
  private final Host[] hostIn;
  private final Device[] deviceOut;
  private final Device[] deviceIn;

  /**
   * @param ordinal of the GPU
   */
  GpuStaging(int ordinal, int rank, int ranks) {
    gpu = new Gpu(ordinal);
    stream = gpu.stream();
    mark = gpu.event();
    pinned = new PinnedMemory(gpu);
    memory = new DeviceMemory(gpu, stream);
    out = new ByteBuffer[ranks];
    in = new ByteBuffer[ranks];
    hostOut = new Host[ranks];
    hostIn = new Host[ranks];
    deviceOut = new Device[ranks];
    deviceIn = new Device[ranks];
    try {
      for (int other = 0; other < ranks; other++) {
        if (other != rank) {
          out[other] = pinned.bytes(PIECE_BYTES);
          in[other] = pinned.bytes(PIECE_BYTES);
          hostOut[other] = Host.of(out[other]);
          hostIn[other] = Host.of(in[other]);
          deviceOut[other] = Device.at(memory.allocate("values for other ranks", PIECE_BYTES));
          deviceIn[other] = Device.at(memory.allocate("values of other ranks", PIECE_BYTES));
        }
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, this);
      throw e;
    }
  }

  @Override
  public int pieceBytes() {
    return PIECE_BYTES;
  }

  @Override
  public void enter() {
    gpu.enter();
  }

  @Override
  public long stream() {
    return stream.handle();
  }

  @Override
  public ByteBuffer out(int to) {
    return out[to];
  }

  @Override
  public ByteBuffer in(int from) {
    return in[from];
  }

  @Override
  public long deviceOut(int to) {
    return deviceOut[to].address();
  }

  @Override
  public long deviceIn(int from) {
    return deviceIn[from].address();
  }

  @Override
  public void up(int to, int bytes) {
    check(
        "a copy to the device",
        JCudaDriver.cuMemcpyHtoDAsync(deviceOut[to], hostOut[to], bytes, stream));
  }

  @Override
  public void down(int from, int bytes) {
    check(
        "a copy to the host",
        JCudaDriver.cuMemcpyDtoHAsync(hostIn[from], deviceIn[from], bytes, stream));
  }

  @Override
  public void mark() {
    Gpu.record(mark, stream);
  }

  @Override
  public boolean reached() {
    int result = JCudaDriver.cuEventQuery(mark);
    if (result != NOT_READY) {
      check("the exchange of values", result);
    }
    return result != NOT_READY;
  }

  @Override
  public void close() {
    gpu.enter();
    Closing.all(
        memory,
        pinned,
        () -> check("cuEventDestroy", JCudaDriver.cuEventDestroy(mark)),
        () -> check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(stream)),
        gpu);
  }
}
