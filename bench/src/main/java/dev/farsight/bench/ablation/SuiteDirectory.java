package dev.farsight.bench.ablation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
  private final ProcessLock lock;

  private SuiteDirectory(Path path, ProcessLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Makes it if need be, and keeps other processes out until it is closed. */
  static SuiteDirectory open(Path path) {
    try {
      Files.createDirectories(path);
      Path cells = path.resolve("cells");
      requireOwn(cells);
      Files.createDirectories(cells);
      return new SuiteDirectory(
          path,
          ProcessLock.exclusive(
              path.resolve("lock"),
              owner ->
                  new FarsightException(
                      path
                          + ": "
                          + owner
                          + " runs a suite there; wait for it, or choose another --out")));
    } catch (IOException e) {
      throw DurableFiles.failed(path, "cannot be made", e);
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
      requireOwn(folder);
      DurableFiles.delete(folder);
      Files.createDirectories(folder);
      return folder;
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "cannot be made", e);
    }
  }

  /**
   * Deletes the rows that a cell's store left on the disk: they are large, and nobody reads them.
   */
  void tidy(Cell cell) {
    requireOwn(cell(cell));
    Path store = cell(cell).resolve("store");
    try {
      DurableFiles.delete(store);
    } catch (IOException e) {
      throw DurableFiles.failed(store, "cannot be deleted", e);
    }
  }

  /** What is deleted lies in the suite's own folder: links to elsewhere are not followed. */
  private static void requireOwn(Path folder) {
    if (Files.isSymbolicLink(folder)) {
      throw new FarsightException(
          folder + ": is a symbolic link, and what is in it would be deleted; remove the link");
    }
  }

  /** Writes a file whole or not at all. */
  void write(String name, String text) {
    write(path.resolve(name), text);
  }

  static void write(Path file, String text) {
    DurableFiles.write(file, out -> out.write(text.getBytes(UTF_8)));
  }

  @Override
  public void close() {
    lock.close();
  }
}
