package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array on disk in NumPy's npy format, version 1.0, row-major and little-endian. Values are
 * written or read in order through a buffer of 1 MiB, so an array may be larger than memory. Not
 * thread-safe.
 */
final class NpyFile implements AutoCloseable {

  static final String FLOAT32 = "<f4";
  static final String INT32 = "<i4";

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([^']+)', 'fortran_order': (True|False), 'shape': \\(([0-9, ]*)\\),? *\\}\\s*");

  private final Path file;
  private final FileChannel channel;
  private final List<Long> shape;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

  private NpyFile(Path file, FileChannel channel, List<Long> shape) {
    this.file = file;
    this.channel = channel;
    this.shape = shape;
  }

  static NpyFile create(Path file, String type, long... shape) {
    try {
      var dimensions = new ArrayList<Long>();
      for (long s : shape) {
        dimensions.add(s);
      }
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      var npy = new NpyFile(file, channel, dimensions);
      npy.buffer.put(header(type, dimensions)).flip();
      npy.writeBuffer();
      return npy;
    } catch (IOException e) {
      throw failed(file, "written", e);
    }
  }

  private static byte[] header(String type, List<Long> shape) {
    var text = new StringBuilder("{'descr': '" + type + "', 'fortran_order': False, 'shape': (");
    for (long s : shape) {
      text.append(s).append(", ");
    }
    text.append("), }");
    // The preamble has 10 bytes. Preamble and header together end with a newline, at a multiple of
    // 64 bytes.
    while ((10 + text.length() + 1) % 64 != 0) {
      text.append(' ');
    }
    text.append('\n');
    byte[] body = text.toString().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(10 + body.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) body.length)
        .put(body)
        .array();
  }

  static NpyFile open(Path file, String type) {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      ByteBuffer preamble = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, preamble, file);
      for (int i = 0; i < MAGIC.length; i++) {
        if (preamble.get(i) != MAGIC[i]) {
          throw new FarsightException(file + ": is not an npy file of version 1.0");
        }
      }
      ByteBuffer body = ByteBuffer.allocate(preamble.getShort(8) & 0xFFFF);
      readFully(channel, body, file);
      Matcher header = HEADER.matcher(StandardCharsets.US_ASCII.decode(body.flip()));
      if (!header.matches() || !header.group(1).equals(type) || header.group(2).equals("True")) {
        throw new FarsightException(file + ": is not a row-major npy array of type " + type);
      }
      var shape = new ArrayList<Long>();
      for (String s : header.group(3).split(",", -1)) {
        if (!s.isBlank()) {
          shape.add(Long.parseLong(s.trim()));
        }
      }
      var npy = new NpyFile(file, channel, shape);
      npy.buffer.limit(0);
      return npy;
    } catch (IOException e) {
      throw failed(file, "read", e);
    }
  }

  List<Long> shape() {
    return shape;
  }

  void put(float value) {
    ensureSpace();
    buffer.putFloat(value);
  }

  void put(int value) {
    ensureSpace();
    buffer.putInt(value);
  }

  float nextFloat() {
    ensureValue();
    return buffer.getFloat();
  }

  int nextInt() {
    ensureValue();
    return buffer.getInt();
  }

  private void ensureSpace() {
    if (buffer.remaining() < 4) {
      try {
        buffer.flip();
        writeBuffer();
      } catch (IOException e) {
        throw failed(file, "written", e);
      }
    }
  }

  private void ensureValue() {
    if (buffer.remaining() < 4) {
      try {
        buffer.compact();
        while (buffer.position() < 4) {
          if (channel.read(buffer) < 0) {
            throw new FarsightException(
                file + ": ends early; it was truncated or not written completely");
          }
        }
        buffer.flip();
      } catch (IOException e) {
        throw failed(file, "read", e);
      }
    }
  }

  private void writeBuffer() throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  /** Writes the values that are still in the buffer. Only for files opened with {@link #create}. */
  void finish() {
    try {
      buffer.flip();
      writeBuffer();
    } catch (IOException e) {
      throw failed(file, "written", e);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer target, Path file)
      throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        throw new FarsightException(file + ": ends within its header");
      }
    }
  }

  private static FarsightException failed(Path file, String operation, IOException e) {
    return new FarsightException(file + ": cannot be " + operation + ": " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(file, "closed", e);
    }
  }
}
