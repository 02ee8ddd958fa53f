package dev.farsight.api.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * Allocates the host memory that crosses to the device: batches, plans, rings. A GPU backend
 * allocates pinned memory, other backends plain off-heap memory.
 *
 * <p>Buffers are direct, zeroed, in native byte order and 64-byte aligned. This object owns its
 * buffers: {@link #close} frees them all. Touching a buffer after that is an error that may end the
 * process. Not thread-safe. Allocate at the start, never on the hot path.
 */
public interface HostBuffers extends AutoCloseable {

  int ALIGNMENT = 64;

  /**
   * Allocates {@code bytes} bytes, at most 2^31-1.
   *
   * @throws dev.farsight.api.FarsightException if the memory is not available
   */
  ByteBuffer bytes(long bytes);

  default FloatBuffer floats(long count) {
    return bytes(count * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  default IntBuffer ints(long count) {
    return bytes(count * Integer.BYTES).order(ByteOrder.nativeOrder()).asIntBuffer();
  }

  default LongBuffer longs(long count) {
    return bytes(count * Long.BYTES).order(ByteOrder.nativeOrder()).asLongBuffer();
  }

  /** Bytes allocated so far. */
  long allocated();

  @Override
  void close();

  /** Plain off-heap memory of the JVM, freed by the garbage collector once unreachable. */
  static HostBuffers plain() {
    return new PlainHostBuffers();
  }
}
