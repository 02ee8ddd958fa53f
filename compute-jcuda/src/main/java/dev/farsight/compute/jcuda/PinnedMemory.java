package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.HostBuffers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import jcuda.driver.JCudaDriver;

/**
 * Host memory that the GPU's copy engines and kernels reach: pinned, so it cannot be swapped, and
 * about half a second a GiB to allocate.
 */
final class PinnedMemory implements HostBuffers {

  /** The binding fails beyond this; larger buffers are allocated here and registered. */
  private static final long LARGEST = 1L << 30;

  private static final int PORTABLE = 1;
  private static final int PAGE = 4096;

  private final Gpu gpu;
  private final Deque<AutoCloseable> release = new ArrayDeque<>();
  private long allocated;

  PinnedMemory(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public ByteBuffer bytes(long bytes) {
    if (bytes < 0 || bytes > Integer.MAX_VALUE) {
      throw new FarsightException(
          "a host buffer of " + bytes + " bytes; at most 2^31-1 are possible");
    }
    if (bytes == 0) {
      return ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());
    }
    gpu.enter();
    var memory = new Pointer(bytes <= LARGEST ? allocate(bytes) : register(bytes));
    memory.clear(bytes);
    allocated += bytes;
    return memory.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
  }

  private long allocate(long bytes) {
    var host = new Host();
    check(
        "cuMemHostAlloc of " + bytes + " bytes", JCudaDriver.cuMemHostAlloc(host, bytes, PORTABLE));
    long address = host.address();
    release.push(() -> check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(new Host(address))));
    return address;
  }

  private long register(long bytes) {
    long raw = Native.malloc(bytes + PAGE);
    if (raw == 0) {
      throw new FarsightException(
          "no room for " + bytes + " bytes of host memory; lower rings.in and rings.out");
    }
    release.push(() -> Native.free(raw));
    long address = (raw + PAGE - 1) / PAGE * PAGE;
    check(
        "cuMemHostRegister of " + bytes + " bytes",
        JCudaDriver.cuMemHostRegister(new Host(address), bytes, PORTABLE));
    release.push(
        () -> check("cuMemHostUnregister", JCudaDriver.cuMemHostUnregister(new Host(address))));
    return address;
  }

  @Override
  public long allocated() {
    return allocated;
  }

  @Override
  public void close() {
    gpu.enter();
    allocated = 0;
    AutoCloseable[] each = release.toArray(AutoCloseable[]::new);
    release.clear();
    Closing.all(each);
  }
}
