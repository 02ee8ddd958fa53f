package dev.farsight.bench.trace;

import com.github.luben.zstd.ZstdInputStream;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The bytes of a trace file, unpacked if its name ends in {@code .gz}, {@code .xz} or {@code .zst}.
 * Knows where it is, so that every complaint names file and place. One thread.
 */
final class TraceInput implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final boolean packed;
  private final byte[] buffer = new byte[BUFFER];
  private InputStream in;
  private int at;
  private int end;
  private long before;

  TraceInput(Path file) {
    this.file = file;
    requireFile(file);
    String name = file.toString();
    packed = name.endsWith(".gz") || name.endsWith(".xz") || name.endsWith(".zst");
    try {
      in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
      in = unpacked(name, in);
    } catch (IOException e) {
      close();
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

  private static InputStream unpacked(String name, InputStream in) throws IOException {
    if (name.endsWith(".gz")) {
      return new GZIPInputStream(in, BUFFER);
    }
    if (name.endsWith(".xz")) {
      return new XZInputStream(in);
    }
    return name.endsWith(".zst") ? new ZstdInputStream(in) : in;
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
      int got;
      do {
        got = in.read(buffer, 0, BUFFER);
      } while (got == 0);
      end = Math.max(0, got);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Bytes read so far, unpacked. */
  long offset() {
    return before + at;
  }

  private FarsightException broken(IOException e) {
    String what =
        packed
            ? String.format(
                Locale.ROOT,
                "cannot be unpacked, it is cut off or damaged after %d bytes of contents",
                offset())
            : String.format(Locale.ROOT, "cannot be read at byte %d", offset());
    return new FarsightException(
        file + ": " + what + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")"), e);
  }

  /** A complaint about the contents at a byte. */
  FarsightException bad(long offset, String what) {
    return new FarsightException(
        String.format(
            Locale.ROOT, "%s: byte %d%s: %s", file, offset, packed ? " (unpacked)" : "", what));
  }

  /** A complaint about a line. */
  FarsightException badLine(long line, String what) {
    return new FarsightException(String.format(Locale.ROOT, "%s:%d: %s", file, line, what));
  }

  @Override
  public void close() {
    if (in != null) {
      try {
        in.close();
      } catch (IOException e) {
        // It was only read.
      }
    }
  }
}
