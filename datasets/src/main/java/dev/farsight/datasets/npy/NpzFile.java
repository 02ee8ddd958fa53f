package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * An npz file: a zip archive of npy files. Its entries are stored, not compressed, so they can be
 * mapped. Only the directory of the archive is read when it is opened.
 */
final class NpzFile {

  private final Path file;
  private final Map<String, ArrayPlace> places = new LinkedHashMap<>();

  /**
   * @throws FarsightException if it cannot be read, or an entry is compressed
   */
  NpzFile(Path file) {
    this.file = file;
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      long size = Files.size(file);
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        add(entry, size);
      }
    } catch (IOException e) {
      throw Files.isReadable(file) ? damaged(e) : DurableFiles.unreadable(file, e);
    } catch (FarsightException e) {
      throw e;
    } catch (RuntimeException e) {
      throw damaged(e);
    }
  }

  private FarsightException damaged(Exception e) {
    return new FarsightException(
        file + ": is not an npz file, or is damaged: " + Quoted.of(String.valueOf(e.getMessage())),
        e);
  }

  private void add(ZipArchiveEntry entry, long size) {
    String shown = file + ": " + Quoted.of(entry.getName());
    if (entry.getGeneralPurposeBit().usesEncryption()) {
      throw new FarsightException(shown + ": is encrypted, so it cannot be mapped");
    }
    if (entry.getMethod() != ZipEntry.STORED) {
      throw new FarsightException(
          shown
              + ": is compressed, so it cannot be mapped; save it with np.savez, not savez_compressed");
    }
    long offset = entry.getDataOffset();
    long bytes = entry.getSize();
    if (bytes != entry.getCompressedSize() || offset < 0 || bytes < 0 || offset > size - bytes) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: is cut off or damaged: %d bytes from %d on, and the file has %d",
              shown,
              bytes,
              offset,
              size));
    }
    if (places.put(entry.getName(), new ArrayPlace(file, shown, offset, bytes)) != null) {
      throw new FarsightException(shown + ": is there twice");
    }
  }

  Path file() {
    return file;
  }

  /** The names of the entries. */
  Set<String> entries() {
    return places.keySet();
  }

  /**
   * Maps an entry.
   *
   * @throws FarsightException if there is none, or it is not an array
   */
  NpyArray array(String entry) {
    ArrayPlace place = places.get(entry);
    if (place == null) {
      throw new FarsightException(file + ": has no entry " + entry);
    }
    return NpyArray.open(place);
  }
}
