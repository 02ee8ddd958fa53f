package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.ProcessLock;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

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

  /** Locks the directory of a store against those that write it; makes nothing. */
  static ProcessLock toRead(Path directory) {
    try {
      return ProcessLock.shared(directory.resolve(FILE), owner -> inUse(directory, owner));
    } catch (NoSuchFileException e) {
      throw new FarsightException(directory + ": holds no store", e);
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
    String reason =
        e instanceof AccessDeniedException
            ? "no permission to write there"
            : String.valueOf(e.getMessage());
    return new FarsightException(directory + ": cannot be used: " + reason, e);
  }
}
