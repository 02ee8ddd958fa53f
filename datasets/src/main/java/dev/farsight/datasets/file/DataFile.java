package dev.farsight.datasets.file;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file of records, plain or gzip. It counts as gzip if its first two bytes say so, or its name
 * ends in {@code .gz}.
 */
public record DataFile(Path path, boolean gzip) {

  private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};

  public static DataFile of(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(GZIP_MAGIC.length);
      boolean named = start.length > 0 && path.toString().endsWith(".gz");
      return new DataFile(path, named || Arrays.equals(start, GZIP_MAGIC));
    } catch (IOException e) {
      throw new FarsightException(path + ": cannot be read: " + reason(e), e);
    }
  }

  /** The records' bytes from {@code offset} on; offsets count uncompressed bytes. */
  InputStream open(long offset) throws IOException {
    InputStream in = Files.newInputStream(path);
    try {
      InputStream records = gzip ? new GzipInput(in) : in;
      records.skipNBytes(offset);
      return records;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  static String reason(IOException e) {
    return e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
