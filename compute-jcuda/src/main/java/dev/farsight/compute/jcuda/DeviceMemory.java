package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.Closing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import jcuda.driver.JCudaDriver;

/**
 * Owns device memory; frees it in reverse order. Zeroed, aligned to 256 bytes. Allocate at start:
 * each call waits for the device. Not thread-safe.
 */
final class DeviceMemory implements AutoCloseable {

  private final Gpu gpu;
  private final Stream stream;
  private final Deque<Device> allocations = new ArrayDeque<>();
  private long bytes;

  /**
   * @param stream on which memory is zeroed
   */
  DeviceMemory(Gpu gpu, Stream stream) {
    this.gpu = gpu;
    this.stream = stream;
  }

  /**
   * Allocates.
   *
   * @param what names the use in the error
   */
  long allocate(String what, long size) {
    gpu.enter();
    long rounded = Math.max(256, (size + 255) / 256 * 256);
    require(what, rounded);
    var memory = new Device();
    check("cuMemAlloc for " + what, JCudaDriver.cuMemAlloc(memory, rounded));
    allocations.push(memory);
    bytes += rounded;
    check("cuMemsetD8", JCudaDriver.cuMemsetD8Async(memory, (byte) 0, rounded, stream));
    Gpu.synchronize(stream);
    return memory.address();
  }

  /** Fails where so much is not free. */
  void require(String what, long size) {
    var memory = Gpu.memory();
    if (size > memory.free()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: %s needs %d MiB of device memory, %d of %d MiB are free; lower cache.size, rings.in, rings.out or data.batch-size",
              gpu.label(),
              what,
              size >> 20,
              memory.free() >> 20,
              memory.total() >> 20));
    }
  }

  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    gpu.enter();
    bytes = 0;
    AutoCloseable[] each =
        allocations.stream().map(DeviceMemory::freeing).toArray(AutoCloseable[]::new);
    allocations.clear();
    Closing.all(each);
  }

  private static AutoCloseable freeing(Device memory) {
    return () -> check("cuMemFree", JCudaDriver.cuMemFree(memory));
  }
}
