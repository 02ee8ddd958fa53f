package dev.farsight.spark.train;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder on an executor's own disk, for one attempt of one process. An attempt that still runs
 * there has another one. It goes when the attempt ends; if its JVM is killed, when the next attempt
 * begins on that disk.
 */
final class ScratchFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ScratchFolder.class);

  private static final String PREFIX = "farsight-process-";

  private final Path path;
  private final ProcessLock lock;

  private ScratchFolder(Path path, ProcessLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * @param parent of such folders; created if it is missing
   */
  static ScratchFolder in(Path parent, int process) {
    Path path = parent.toAbsolutePath().resolve(PREFIX + process + "-" + UUID.randomUUID());
    try {
      Files.createDirectories(path.getParent());
      deleteLeft(path.getParent());
      ProcessLock lock = ProcessLock.exclusive(lockOf(path), FarsightException::new);
      Files.createDirectory(path);
      return new ScratchFolder(path, lock);
    } catch (IOException e) {
      throw DurableFiles.unwritable(path, e);
    }
  }

  /** Beside the folder: who gets it may delete the folder. */
  private static Path lockOf(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".lock");
  }

  private static void deleteLeft(Path parent) throws IOException {
    try (var files = Files.list(parent)) {
      for (Path folder : files.toList()) {
        if (folder.getFileName().toString().startsWith(PREFIX) && Files.isDirectory(folder)) {
          deleteUnlocked(folder);
        }
      }
    }
  }

  private static void deleteUnlocked(Path folder) throws IOException {
    ProcessLock lock;
    try {
      lock = ProcessLock.exclusive(lockOf(folder), FarsightException::new);
    } catch (FarsightException e) {
      LOG.debug("{} is in use", folder);
      return;
    }
    new ScratchFolder(folder, lock).close();
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      DurableFiles.delete(path);
      Files.deleteIfExists(lockOf(path));
    } catch (IOException e) {
      LOG.warn("{} stays: {}", path, e.toString());
    } finally {
      lock.close();
    }
  }
}
