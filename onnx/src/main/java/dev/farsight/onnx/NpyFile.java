package dev.farsight.onnx;

import dev.farsight.api.internal.npy.NpyHeader;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An npy file of 4-byte values that are written in order, through a buffer of 1 MiB. Not
 * thread-safe.
 */
final class NpyFile implements Closeable {

  private static final int BUFFER_BYTES = 1 << 20;

  private final FileOutputStream out;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  NpyFile(Path file, String type, long... shape) throws IOException {
    out = new FileOutputStream(file.toFile());
    buffer.put(NpyHeader.write(type, Arrays.stream(shape).boxed().toList()));
  }

  void put(int value) throws IOException {
    ensureSpace();
    buffer.putInt(value);
  }

  void put(float value) throws IOException {
    ensureSpace();
    buffer.putFloat(value);
  }

  private void ensureSpace() throws IOException {
    if (buffer.remaining() < Integer.BYTES) {
      finish();
    }
  }

  /** Writes what is still in the buffer. The file is not forced to disk. */
  void finish() throws IOException {
    out.write(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
