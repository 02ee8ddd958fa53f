package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.npy.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where an array lies: a file, or an entry of one.
 *
 * @param name the file, and the entry if it is one, for messages
 */
record ArrayPlace(Path file, String name, long offset, long bytes) {

  private static final int MOST_COLUMNS = 1 << 20;

  /** A file that is nothing but the array. */
  static ArrayPlace whole(Path file) throws IOException {
    return new ArrayPlace(file, file.toString(), 0, Files.size(file));
  }

  /**
   * Reads what the array is.
   *
   * @throws FarsightException if it is none, or none that can be read; one line with the name
   */
  NpyHeader header(FileChannel channel) throws IOException {
    try {
      NpyHeader header = NpyHeader.read(start(channel));
      requireReadable(header);
      return header;
    } catch (IllegalArgumentException e) {
      throw new FarsightException(name + ": " + e.getMessage(), e);
    }
  }

  private ByteBuffer start(FileChannel channel) throws IOException {
    var start = ByteBuffer.allocate((int) Math.min(bytes, NpyHeader.MOST_BYTES));
    while (start.hasRemaining()) {
      if (channel.read(start, offset + start.position()) < 0) {
        throw new IOException("it became shorter while it was read");
      }
    }
    return start.flip();
  }

  private void requireReadable(NpyHeader header) {
    NpyType.of(header.type());
    int dimensions = header.shape().size();
    if (dimensions < 1 || dimensions > 2) {
      throw new IllegalArgumentException(
          "has the shape " + header.shape() + "; arrays of 1 or 2 dimensions are read");
    }
    if (header.fortran() && dimensions == 2) {
      throw new IllegalArgumentException(
          "is in Fortran order; convert it: np.ascontiguousarray(a)");
    }
    if (dimensions == 2 && (header.shape().get(1) < 1 || header.shape().get(1) > MOST_COLUMNS)) {
      throw new IllegalArgumentException(
          "has the shape " + header.shape() + "; 1 to " + MOST_COLUMNS + " columns are read");
    }
    long needed = header.fileBytes();
    if (bytes != needed) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "has %d bytes, and its header tells %d: it %s",
              bytes,
              needed,
              bytes < needed ? "is cut off" : "has something behind the array"));
    }
  }
}
