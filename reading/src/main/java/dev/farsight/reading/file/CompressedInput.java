package dev.farsight.reading.file;

import dev.farsight.api.internal.IoReason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tukaani.xz.MemoryLimitException;

/**
 * The contents of a file, plain or compressed by gzip, bzip2, xz or zstd. The first bytes tell how,
 * not the name. All members or frames are read; a file that is cut or damaged in any of them, or
 * that goes on behind the last, fails.
 *
 * <p>The message of every {@link IOException} but that of {@link #skipNBytes} is a complaint to
 * follow on the file's name, such as {@code truncated: the compressed data ends too early}. Memory
 * is bounded whatever the file says: at most 128 MiB. One thread.
 */
public final class CompressedInput extends InputStream {

  private final Raw raw;
  private final Compression compression;
  private final InputStream contents;

  private CompressedInput(InputStream file, String name) throws IOException {
    var packed = new PushbackInputStream(file, ForeignFormat.START);
    raw = new Raw(packed);
    byte[] start = plainStart(packed);
    compression = Compression.of(start).orElse(null);
    contents = compression == null ? raw : unpacked();
    Optional<Compression> named = Compression.named(name);
    if (compression == null && named.isPresent() && start.length > 0) {
      throw new IOException(
          "is no "
              + named.get().label()
              + " data, although its name says so; if it is not compressed, rename it");
    }
  }

  /** Opens a file. */
  public static CompressedInput open(Path file) throws IOException {
    InputStream in = stream(file);
    try {
      return new CompressedInput(in, file.toString());
    } catch (IOException | RuntimeException | Error e) {
      in.close();
      throw e;
    }
  }

  private static InputStream stream(Path file) throws IOException {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private PushbackInputStream unpacked() throws IOException {
    try {
      var in = new PushbackInputStream(compression.open(raw), ForeignFormat.START);
      start(in);
      return in;
    } catch (IOException | RuntimeException e) {
      throw complaint(e);
    }
  }

  private static byte[] plainStart(PushbackInputStream file) throws IOException {
    try {
      return start(file);
    } catch (Complaint e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The first bytes, which are read again afterwards. */
  private static byte[] start(PushbackInputStream in) throws IOException {
    byte[] start = in.readNBytes(ForeignFormat.START);
    Optional<String> foreign = ForeignFormat.complaint(start);
    if (foreign.isPresent()) {
      throw new Complaint(foreign.get(), null);
    }
    in.unread(start);
    return start;
  }

  @Override
  public int read() throws IOException {
    try {
      return contents.read();
    } catch (IOException | RuntimeException e) {
      throw complaint(e);
    }
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    try {
      return contents.read(into, from, length);
    } catch (IOException | RuntimeException e) {
      throw complaint(e);
    }
  }

  @Override
  public long skip(long bytes) throws IOException {
    try {
      return contents.skip(bytes);
    } catch (IOException | RuntimeException e) {
      throw complaint(e);
    }
  }

  /** Whether the file is compressed, so that positions in the contents are not those in it. */
  public boolean compressed() {
    return compression != null;
  }

  /** Libraries also throw runtime exceptions for damaged data. */
  private IOException complaint(Exception e) {
    if (e instanceof Complaint complaint) {
      return complaint;
    }
    if (raw.failure != null) {
      return unreadable(raw.failure);
    }
    if (e instanceof MemoryLimitException || e instanceof MemoryBoundException) {
      return new Complaint("takes too much memory to unpack: " + e.getMessage(), e);
    }
    if (raw.ended) {
      return new Complaint("truncated: the compressed data ends too early", e);
    }
    String what = e.getMessage() == null ? "it cannot be unpacked" : e.getMessage();
    return new Complaint("damaged: " + what, e);
  }

  private static IOException unreadable(IOException e) {
    return new Complaint("cannot be read: " + IoReason.of(e), e);
  }

  @Override
  public void close() throws IOException {
    contents.close();
  }

  /** A failure whose message is a complaint already. */
  private static final class Complaint extends IOException {

    private static final long serialVersionUID = 1L;

    Complaint(String complaint, Exception cause) {
      super(complaint, cause);
    }
  }

  /**
   * The bytes that are unpacked. Remembers what a library does not tell: whether the file itself
   * could not be read, or ended where the library asked for more.
   */
  private static final class Raw extends FilterInputStream {

    private IOException failure;
    private boolean ended;

    Raw(InputStream file) {
      super(file);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** The JDK would ask a pipe for its position, which fails. */
    @Override
    public int available() {
      return 0;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      try {
        int read = in.read(into, from, length);
        ended = read < 0;
        return read;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
