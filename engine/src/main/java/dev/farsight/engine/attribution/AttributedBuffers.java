package dev.farsight.engine.attribution;

import dev.farsight.api.memory.HostBuffers;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** A plugin's allocator of host memory. */
record AttributedBuffers(HostBuffers buffers, PluginCalls calls) implements HostBuffers {

  @Override
  public ByteBuffer bytes(long bytes) {
    return calls.get("HostBuffers.bytes", () -> buffers.bytes(bytes));
  }

  @Override
  public FloatBuffer floats(long count) {
    return calls.get("HostBuffers.floats", () -> buffers.floats(count));
  }

  @Override
  public IntBuffer ints(long count) {
    return calls.get("HostBuffers.ints", () -> buffers.ints(count));
  }

  @Override
  public LongBuffer longs(long count) {
    return calls.get("HostBuffers.longs", () -> buffers.longs(count));
  }

  @Override
  public long allocated() {
    return calls.get("HostBuffers.allocated", buffers::allocated);
  }

  @Override
  public void close() {
    calls.run("HostBuffers.close", buffers::close);
  }
}
