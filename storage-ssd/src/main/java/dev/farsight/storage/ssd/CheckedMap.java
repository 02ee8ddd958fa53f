package dev.farsight.storage.ssd;

import java.nio.file.Path;
import java.util.Locale;

/**
 * A map's file that is as its store left it, as far as this can be seen without looking at its
 * rows: its head is the one that it was made with, and its size is the one that the head tells.
 */
record CheckedMap(Path file, MapHead head, MapLayout layout) {

  /**
   * Checks a file of a store. Changes nothing.
   *
   * @param closed the store's mark, which has the size of each file; null if it was not closed
   * @throws dev.farsight.api.FarsightException that names the file and what is wrong
   */
  static CheckedMap of(Path directory, StoreMeta meta, int number, CleanMark closed) {
    Path file = StoreFiles.map(directory, number);
    long bytes = Damage.requireFile(file);
    long made = meta.mapBytes().get(number);
    if (bytes < made) {
      throw Damage.of(
          file, String.format(Locale.ROOT, "it is cut off: %d bytes of %d", bytes, made));
    }
    if (closed != null && !closed.mapBytes().isEmpty()) {
      if (closed.mapBytes().size() != meta.mapBytes().size()
          || bytes != closed.mapBytes().get(number)) {
        throw Damage.of(
            file, "it has " + bytes + " bytes, which is not its size when the store was closed");
      }
    }
    MapHead head = MapHead.read(file);
    if (!meta.heads().isEmpty() && head.checksum() != meta.heads().get(number)) {
      throw Damage.of(file, "its head is not the one that it was made with");
    }
    return new CheckedMap(file, head, MapLayout.of(file, head, bytes, meta.format().bytes()));
  }
}
