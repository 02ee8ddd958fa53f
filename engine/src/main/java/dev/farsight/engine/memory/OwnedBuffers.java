package dev.farsight.engine.memory;

import com.sun.jna.Memory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Plain off-heap memory that {@link #close} frees. For what comes and goes while a process runs:
 * buffers of {@link HostBuffers#plain} wait for a collection of the heap that they are not part of,
 * and in a server that makes little garbage it hardly ever comes. {@code -XX:MaxDirectMemorySize}
 * does not limit it. One thread at a time.
 */
public final class OwnedBuffers implements HostBuffers {

  private final List<Memory> blocks = new ArrayList<>();
  private long allocated;

  @Override
  public ByteBuffer bytes(long bytes) {
    if (bytes < 0 || bytes > Integer.MAX_VALUE) {
      throw new FarsightException("a buffer of " + bytes + " bytes; from 0 to 2^31-1 are possible");
    }
    Memory block = block(bytes + ALIGNMENT);
    long skip = -Memory.nativeValue(block) & (ALIGNMENT - 1);
    allocated += bytes;
    return block.getByteBuffer(skip, bytes).order(ByteOrder.nativeOrder());
  }

  private Memory block(long bytes) {
    try {
      var block = new Memory(bytes);
      blocks.add(block);
      block.clear();
      return block;
    } catch (OutOfMemoryError e) {
      throw new FarsightException(
          "cannot allocate " + bytes + " bytes off-heap in addition to " + allocated + " bytes", e);
    }
  }

  @Override
  public long allocated() {
    return allocated;
  }

  @Override
  public void close() {
    blocks.forEach(Memory::close);
    blocks.clear();
    allocated = 0;
  }
}
