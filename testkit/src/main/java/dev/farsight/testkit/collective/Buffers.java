package dev.farsight.testkit.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Buffers with given values, direct or on the heap, whose position is not 0. */
final class Buffers {

  private Buffers() {}

  static ByteBuffer bytes(int count, boolean direct) {
    ByteBuffer bytes = direct ? ByteBuffer.allocateDirect(count) : ByteBuffer.allocate(count);
    return bytes.order(ByteOrder.nativeOrder());
  }

  static FloatBuffer floats(float[] values, boolean direct) {
    FloatBuffer buffer =
        direct
            ? bytes(Float.BYTES * values.length, true).asFloatBuffer()
            : FloatBuffer.allocate(values.length);
    return buffer.put(0, values).position(Math.min(1, values.length));
  }

  /** The first values, wherever the position is. */
  static float[] floats(FloatBuffer buffer, int count) {
    var values = new float[count];
    buffer.get(0, values);
    return values;
  }

  static void fill(FloatBuffer buffer, float value) {
    for (int i = 0; i < buffer.limit(); i++) {
      buffer.put(i, value);
    }
  }
}
