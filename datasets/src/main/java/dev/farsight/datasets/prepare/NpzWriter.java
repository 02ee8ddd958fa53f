package dev.farsight.datasets.prepare;

import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Puts arrays together in an npz file, as NumPy's {@code savez} does: stored, not compressed, so
 * that they can be mapped, and all of the same date. Entries larger than 4 GiB are written in the
 * format zip64.
 */
final class NpzWriter {

  /** So values lie where processors like them. */
  private static final int ALIGNMENT = 64;

  /** The first date that zip archives know. */
  private static final LocalDateTime DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

  private NpzWriter() {}

  /**
   * Writes a file that does not exist, and deletes those of the arrays.
   *
   * @param arrays finished, by the name of the entry
   */
  static void write(Path npz, Map<String, ArrayWriter> arrays) {
    try (var zip = new ZipArchiveOutputStream(npz)) {
      zip.setUseZip64(Zip64Mode.AsNeeded);
      for (Map.Entry<String, ArrayWriter> array : arrays.entrySet()) {
        Path file = array.getValue().file();
        zip.putArchiveEntry(entry(array.getKey(), Files.size(file)));
        Files.copy(file, zip);
        zip.closeArchiveEntry();
        Files.delete(file);
      }
    } catch (IOException e) {
      throw DurableFiles.unwritable(npz, e);
    }
  }

  private static ZipArchiveEntry entry(String name, long bytes) {
    var entry = new ZipArchiveEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes);
    entry.setTimeLocal(DATE);
    entry.setAlignment(ALIGNMENT);
    return entry;
  }
}
