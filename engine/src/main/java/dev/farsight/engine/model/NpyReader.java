package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.engine.metrics.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;

/**
 * Reads an array of values of 4 bytes from an npy file. Opening checks the header against the
 * file's real length, so what the header promises is there. Values are read in order through a
 * buffer of 1 MiB and hashed as they pass; {@link #finish} compares the checksum. Symbolic links
 * are not followed. Not thread-safe.
 */
public final class NpyReader implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Null if the checksum is not known. */
  private final FileSeal seal;

  private final MessageDigest digest = Sha256.create();
  private final List<Long> shape;

  private NpyReader(Path file, FileChannel channel, String type, FileSeal seal) throws IOException {
    this.file = file;
    this.channel = channel;
    this.seal = seal;
    long bytes = channel.size();
    if (seal != null && bytes != seal.bytes()) {
      throw damaged(String.format(Locale.ROOT, "it has %d bytes, not %d", bytes, seal.bytes()));
    }
    buffer.limit(0);
    fill(Math.min(bytes, BUFFER_BYTES));
    try {
      NpyHeader header = NpyHeader.read(buffer);
      require(header.type().equals(type), "has values of type " + header.type() + ", not " + type);
      require(!header.fortran(), "is in Fortran order, not in C order");
      long expected = header.fileBytes();
      require(
          bytes == expected,
          String.format(
              Locale.ROOT,
              "has %d bytes, but its shape %s needs %d",
              bytes,
              header.shape(),
              expected));
      shape = header.shape();
      buffer.position(header.bytes());
    } catch (IllegalArgumentException e) {
      throw new FarsightException(file + ": " + Quoted.of(e.getMessage()), e);
    }
  }

  /**
   * Opens a file.
   *
   * @param type the type that the values must have
   * @param seal the checksum that the file must have; null if it is not known
   * @throws FarsightException if the file cannot be read, or is another one than expected
   */
  public static NpyReader open(Path file, String type, FileSeal seal) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      try {
        return new NpyReader(file, channel, type, seal);
      } catch (IOException | RuntimeException | Error e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new IllegalArgumentException(complaint);
    }
  }

  private FarsightException damaged(String reason) {
    return new FarsightException(file + ": is damaged: " + reason + SavedFiles.AGAIN);
  }

  public List<Long> shape() {
    return shape;
  }

  /**
   * @throws FarsightException if the array has another shape
   */
  public NpyReader requireShape(List<Long> expected) {
    if (!shape.equals(expected)) {
      throw new FarsightException(file + ": has the shape " + shape + ", not " + expected);
    }
    return this;
  }

  /** The error that a value in the file is not what it must be. */
  public FarsightException bad(String complaint) {
    return new FarsightException(file + ": " + complaint);
  }

  public float nextFloat() {
    ensureValue();
    return buffer.getFloat();
  }

  public int nextInt() {
    ensureValue();
    return buffer.getInt();
  }

  private void ensureValue() {
    if (buffer.remaining() < 4) {
      try {
        fill(4);
      } catch (IOException e) {
        throw DurableFiles.unreadable(file, e);
      }
    }
  }

  /** Reads until the buffer has at least so many bytes. */
  private void fill(long atLeast) throws IOException {
    buffer.compact();
    int from = buffer.position();
    while (buffer.position() < atLeast) {
      if (channel.read(buffer) < 0) {
        throw damaged("it ends early");
      }
    }
    digest.update(buffer.array(), from, buffer.position() - from);
    buffer.flip();
  }

  /** Passes over all values that are left, so that {@link #finish} can compare the checksum. */
  public void skipRest() {
    try {
      long left = channel.size() - channel.position();
      while (left > 0) {
        buffer.position(buffer.limit());
        fill(Math.min(left, BUFFER_BYTES));
        left = channel.size() - channel.position();
      }
      buffer.position(buffer.limit());
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  /**
   * Checks, after the last value, that the file ends and has its checksum.
   *
   * @throws FarsightException if it does not
   */
  public void finish() {
    try {
      if (buffer.hasRemaining() || channel.position() != channel.size()) {
        throw damaged("it has more than its values");
      }
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
    if (seal != null && !Sha256.hex(digest.digest()).equals(seal.sha256())) {
      throw damaged("its SHA-256 is wrong");
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It was only read, so nothing is lost.
    }
  }
}
