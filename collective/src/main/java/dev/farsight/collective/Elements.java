package dev.farsight.collective;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** What the buffers of a call hold, and how that is copied. Indexes and counts are elements. */
enum Elements {
  BYTES(0, "bytes", 1) {
    @Override
    void copy(Buffer from, int index, Buffer to, int toIndex, int count) {
      ((ByteBuffer) to).put(toIndex, (ByteBuffer) from, index, count);
    }
  },
  INTS(1, "ints", Integer.BYTES) {
    @Override
    void copy(Buffer from, int index, Buffer to, int toIndex, int count) {
      ((IntBuffer) to).put(toIndex, (IntBuffer) from, index, count);
    }
  },
  LONGS(2, "longs", Long.BYTES) {
    @Override
    void copy(Buffer from, int index, Buffer to, int toIndex, int count) {
      ((LongBuffer) to).put(toIndex, (LongBuffer) from, index, count);
    }
  },
  FLOATS(3, "floats", Float.BYTES) {
    @Override
    void copy(Buffer from, int index, Buffer to, int toIndex, int count) {
      ((FloatBuffer) to).put(toIndex, (FloatBuffer) from, index, count);
    }
  },
  DOUBLES(4, "doubles", Double.BYTES) {
    @Override
    void copy(Buffer from, int index, Buffer to, int toIndex, int count) {
      ((DoubleBuffer) to).put(toIndex, (DoubleBuffer) from, index, count);
    }
  };

  /** The number in headers, and the place in arrays. */
  final int code;

  /** The name in messages. */
  final String title;

  final int bytes;

  Elements(int code, String title, int bytes) {
    this.code = code;
    this.title = title;
    this.bytes = bytes;
  }

  abstract void copy(Buffer from, int index, Buffer to, int toIndex, int count);
}
