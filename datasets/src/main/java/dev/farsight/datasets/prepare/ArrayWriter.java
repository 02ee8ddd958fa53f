package dev.farsight.datasets.prepare;

import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.npy.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * An npy array that is written value by value, in row-major order, until it ends. Its header tells
 * how many rows it has, so it is written last. The file is open only while the buffer is written,
 * so there may be any number of these. Not thread-safe.
 */
final class ArrayWriter {

  /** In place of columns: the array is a list of values. */
  static final int ONE_DIMENSION = 0;

  private final Path file;
  private final String type;

  private final int columns;

  private final int headerBytes;
  private final ByteBuffer buffer;
  private long values;

  /**
   * @param type such as {@link NpyHeader#FLOAT32}
   * @param columns values of a row; {@link #ONE_DIMENSION} if it has no rows
   */
  ArrayWriter(Path file, String type, int columns, int bufferBytes) {
    this.file = file;
    this.type = type;
    this.columns = columns;
    this.buffer = ByteBuffer.allocate(bufferBytes).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = header(0);
    this.headerBytes = header.length;
    try {
      Files.write(file, header, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  private byte[] header(long values) {
    return NpyHeader.write(
        type,
        columns == ONE_DIMENSION ? List.of(values) : List.of(values / columns, (long) columns));
  }

  Path file() {
    return file;
  }

  void put(int value) {
    ensureSpace(Integer.BYTES);
    buffer.putInt(value);
    values++;
  }

  void put(float value) {
    ensureSpace(Float.BYTES);
    buffer.putFloat(value);
    values++;
  }

  void put(long value) {
    ensureSpace(Long.BYTES);
    buffer.putLong(value);
    values++;
  }

  void put(int[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      put(values[i]);
    }
  }

  void put(FloatBuffer values, int from, int to) {
    for (int i = from; i < to; i++) {
      put(values.get(i));
    }
  }

  void put(LongBuffer values, int from, int to) {
    for (int i = from; i < to; i++) {
      put(values.get(i));
    }
  }

  private void ensureSpace(int bytes) {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  private void flush() {
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      buffer.clear();
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }

  /** Writes what is in the buffer, and the header. The file is not forced to disk. */
  void finish() {
    flush();
    byte[] header = header(values);
    if (header.length != headerBytes) {
      throw new IllegalStateException("a header of " + header.length + " bytes");
    }
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(header), 0);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }
}
