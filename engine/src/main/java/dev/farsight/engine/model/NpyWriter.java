package dev.farsight.engine.model;

import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.engine.metrics.Sha256;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an array to a file in NumPy's npy format, version 1.0, row-major and little-endian. Values
 * are written in order through a buffer of 1 MiB, so an array may be larger than memory. The
 * SHA-256 is computed as the bytes leave. Not thread-safe.
 */
public final class NpyWriter implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final FileOutputStream out; // no channel: an interrupt must not close it
  private final MessageDigest digest = Sha256.create();
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long bytes;

  public NpyWriter(Path file, String type, long... shape) {
    this.file = file;
    try {
      out = new FileOutputStream(file.toFile());
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    buffer.put(NpyHeader.write(type, sizes));
  }

  public void put(float value) {
    ensureSpace();
    buffer.putFloat(value);
  }

  public void put(int value) {
    ensureSpace();
    buffer.putInt(value);
  }

  private void ensureSpace() {
    if (buffer.remaining() < 4) {
      write();
    }
  }

  private void write() {
    try {
      out.write(buffer.array(), 0, buffer.position());
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
    digest.update(buffer.array(), 0, buffer.position());
    bytes += buffer.position();
    buffer.clear();
  }

  /** Writes the values that are still in the buffer. The file is not forced to disk. */
  public FileSeal finish() {
    write();
    return new FileSeal(bytes, Sha256.hex(digest.digest()));
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }
}
