package dev.farsight.api.memory;

import dev.farsight.api.FarsightException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Direct buffers of the JVM; {@code -XX:MaxDirectMemorySize} limits them. */
final class PlainHostBuffers implements HostBuffers {

  private long allocated;

  @Override
  public ByteBuffer bytes(long bytes) {
    if (bytes < 0 || bytes > Integer.MAX_VALUE - ALIGNMENT) {
      throw new FarsightException(
          "a host buffer of " + bytes + " bytes; at most 2^31-1 are possible");
    }
    try {
      // alignedSlice drops the partial units at both ends, so one extra unit is allocated.
      var raw = ByteBuffer.allocateDirect((int) bytes + 2 * ALIGNMENT - (int) (bytes % ALIGNMENT));
      allocated += bytes;
      return raw.alignedSlice(ALIGNMENT).slice(0, (int) bytes).order(ByteOrder.nativeOrder());
    } catch (OutOfMemoryError e) {
      throw new FarsightException(
          "cannot allocate "
              + bytes
              + " bytes off-heap in addition to "
              + allocated
              + " bytes; raise -XX:MaxDirectMemorySize",
          e);
    }
  }

  @Override
  public long allocated() {
    return allocated;
  }

  @Override
  public void close() {
    // The garbage collector frees the buffers, so a late reader cannot crash the process.
  }
}
