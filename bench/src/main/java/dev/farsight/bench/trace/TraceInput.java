package dev.farsight.bench.trace;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.reading.file.CompressedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The bytes of a trace file, unpacked if it is compressed. Knows where it is, so that every
 * complaint names file and place. One thread.
 */
final class TraceInput implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final CompressedInput in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long before;

  TraceInput(Path file) {
    this.file = file;
    requireFile(file);
    try {
      in = CompressedInput.open(file);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  static void requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(
          file + ": " + (Files.exists(file) ? "is no file" : "no such file") + "; name a trace");
    }
    if (!Files.isReadable(file)) {
      throw new ConfigException(file + ": may not be read");
    }
  }

  /** The next byte, or -1 at the end. */
  int read() {
    if (at == end) {
      fill();
      if (end == 0) {
        return -1;
      }
    }
    return buffer[at++] & 0xff;
  }

  /** The next bytes, as many as there are up to {@code length}. */
  int read(byte[] into, int length) {
    int done = 0;
    while (done < length) {
      if (at == end) {
        fill();
        if (end == 0) {
          break;
        }
      }
      int part = Math.min(length - done, end - at);
      System.arraycopy(buffer, at, into, done, part);
      at += part;
      done += part;
    }
    return done;
  }

  private void fill() {
    before += end;
    at = 0;
    end = 0;
    try {
      end = Math.max(0, in.read(buffer, 0, BUFFER));
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Bytes read so far, unpacked. */
  long offset() {
    return before + at;
  }

  private FarsightException broken(IOException e) {
    String where = offset() == 0 ? "" : "; readable up to byte " + offset();
    return new FarsightException(file + ": " + e.getMessage() + where, e);
  }

  /** A complaint about the contents at a byte. */
  FarsightException bad(long offset, String what) {
    return new FarsightException(
        String.format(
            Locale.ROOT,
            "%s: byte %d%s: %s",
            file,
            offset,
            in.compressed() ? " (unpacked)" : "",
            what));
  }

  /** A complaint about a line. */
  FarsightException badLine(long line, String what) {
    return new FarsightException(String.format(Locale.ROOT, "%s:%d: %s", file, line, what));
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // It was only read.
    }
  }
}
