package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What is said when a file of a store is not as it was left. */
final class Damage {

  private Damage() {}

  /** The error that a file is damaged, with what to do. */
  static FarsightException of(Path file, String what) {
    return of(file, what, null);
  }

  static FarsightException of(Path file, String what, Throwable cause) {
    return new FarsightException(
        file
            + ": is damaged: "
            + what
            + "; restore the store from a copy, or set storage.ssd.path to another directory",
        cause);
  }

  /**
   * The size of a file, which must be there and be a file: a link could lead out of the store.
   *
   * @throws FarsightException if it is missing, a link or a directory
   */
  static long requireFile(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FarsightException(
          file + ": is missing; restore it, or set storage.ssd.path to another directory");
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FarsightException(
          file + ": is not a file, as a store's own files are, but a link or a directory");
    }
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }
}
