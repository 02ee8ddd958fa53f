package dev.farsight.reading.internal.line;

import dev.farsight.reading.file.CompressedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of records, plain or compressed ({@link CompressedInput}). */
public record DataFile(Path path) {

  /** Whether the file can be read only once: a pipe or a device, not a regular file. */
  public boolean once() {
    return !Files.isRegularFile(path);
  }

  /** The records' bytes from {@code offset} on; offsets count unpacked bytes. */
  CompressedInput open(long offset) throws IOException {
    CompressedInput records = CompressedInput.open(path);
    try {
      records.skipNBytes(offset);
      return records;
    } catch (IOException | RuntimeException e) {
      records.close();
      throw e;
    }
  }

  /** What messages call a line. */
  public String place(long line) {
    return path + ":" + line;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
