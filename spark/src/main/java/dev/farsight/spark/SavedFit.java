package dev.farsight.spark;

import dev.farsight.api.data.DataSource;
import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What was found out of a training part, in a folder that tasks see while a job runs. */
final class SavedFit implements AutoCloseable {

  private final Path folder;
  private boolean any;

  /**
   * @param folder one that is not there; it is deleted at the end
   */
  SavedFit(Path folder) {
    this.folder = folder;
  }

  /** Saves it for tasks. */
  void save(DataSource data) {
    try {
      Files.createDirectories(folder);
      data.saveFitted(folder);
      try (var files = Files.list(folder)) {
        any = files.findAny().isPresent();
      }
    } catch (IOException e) {
      throw DurableFiles.unwritable(folder, e);
    }
  }

  /** Null if nothing was to be found out. */
  Path folder() {
    return any ? folder : null;
  }

  @Override
  public void close() {
    try {
      if (Files.exists(folder)) {
        DurableFiles.delete(folder);
      }
    } catch (IOException e) {
      throw DurableFiles.unwritable(folder, e);
    }
  }
}
