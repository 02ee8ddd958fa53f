package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** The lock of a store's directory: for one process to write, or shared by those that read. */
final class DirectoryLock {

  private static final String FILE = "lock";

  private DirectoryLock() {}

  /** Locks the directory for this process alone; makes it if it is missing. */
  static ProcessLock toWrite(Path directory) {
    try {
      Files.createDirectories(directory);
      return ProcessLock.exclusive(directory.resolve(FILE), owner -> inUse(directory, owner));
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  /**
   * Locks the directory of a store against those that write it; makes nothing.
   *
   * @return empty if there is no lock, as in a copy of a store: whoever writes it makes one first
   */
  static Optional<ProcessLock> toRead(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ProcessLock.shared(file, owner -> inUse(directory, owner)));
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static FarsightException inUse(Path directory, String owner) {
    return new FarsightException(
        "%s: is in use by %s; end it, or set storage.ssd.path to another directory"
            .formatted(directory, owner));
  }

  private static FarsightException unusable(Path directory, IOException e) {
    return DurableFiles.failed(directory, "cannot be used", e);
  }
}
