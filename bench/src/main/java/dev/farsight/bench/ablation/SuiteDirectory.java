package dev.farsight.bench.ablation;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/**
 * Where a suite leaves its files:
 *
 * <pre>
 * runs/ablation/NAME/
 *   cells/CELL/        a run directory each, with cell.conf, output.txt and cell.json beside
 *   results.csv, results.json, report.html
 *   lock               held by the process that runs the suite
 * </pre>
 */
final class SuiteDirectory implements AutoCloseable {

  private final Path path;
  private final FileChannel channel;

  private SuiteDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Makes it if need be, and keeps other processes out until it is closed. */
  static SuiteDirectory open(Path path) {
    try {
      Files.createDirectories(path.resolve("cells"));
      var channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new FarsightException(
            path + ": another process runs a suite there; wait for it, or choose another --out");
      }
      return new SuiteDirectory(path, channel);
    } catch (IOException e) {
      throw new FarsightException(path + ": cannot be made: " + e.getMessage(), e);
    }
  }

  Path path() {
    return path;
  }

  Path cell(Cell cell) {
    return cell(path, cell);
  }

  static Path cell(Path suite, Cell cell) {
    return suite.resolve("cells").resolve(cell.id());
  }

  /** A folder for a cell to run in: what an attempt before left is deleted. */
  Path fresh(Cell cell) {
    Path folder = cell(cell);
    try {
      delete(folder);
      Files.createDirectories(folder);
      return folder;
    } catch (IOException e) {
      throw new FarsightException(folder + ": cannot be made: " + e.getMessage(), e);
    }
  }

  /**
   * Deletes the rows that a cell's store left on the disk: they are large, and nobody reads them.
   */
  void tidy(Cell cell) {
    Path store = cell(cell).resolve("store");
    try {
      delete(store);
    } catch (IOException e) {
      throw new FarsightException(store + ": cannot be deleted: " + e.getMessage(), e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Writes a file whole or not at all. */
  void write(String name, String text) {
    write(path.resolve(name), text);
  }

  static void write(Path file, String text) {
    try {
      Path partial = file.resolveSibling(file.getFileName() + ".partial");
      Files.writeString(partial, text);
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new FarsightException(path + ": cannot be closed: " + e.getMessage(), e);
    }
  }
}
