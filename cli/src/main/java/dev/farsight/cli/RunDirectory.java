package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Where a run leaves its files. Results of an earlier run are never overwritten. */
final class RunDirectory {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
  private static final String REPORT = "report.json";

  private final Path path;
  private final boolean created;

  private RunDirectory(Path path, boolean created) {
    this.path = path;
    this.created = created;
  }

  /**
   * Makes the directory that {@code run.directory} names, or one named after the time.
   *
   * @throws ConfigException if it holds the report of an earlier run
   */
  static RunDirectory make(Settings farsight, String command, LocalDateTime now) {
    var run = farsight.section("run");
    try {
      if (!run.has("directory")) {
        return automatic(PathCheck.RUNS, command, now);
      }
      requireNoReport(farsight);
      Path path = run.path("directory");
      boolean create = !Files.exists(path);
      Files.createDirectories(path);
      return new RunDirectory(path, create);
    } catch (IOException e) {
      throw cannotBeMade(run, e);
    }
  }

  /**
   * @throws ConfigException if the directory that {@code run.directory} names holds the report of
   *     an earlier run
   */
  static void requireNoReport(Settings farsight) {
    var run = farsight.section("run");
    if (run.has("directory") && Files.exists(run.path("directory").resolve(REPORT))) {
      throw run.bad(
          "directory", "holds the report of an earlier run; name another or remove that one");
    }
  }

  /**
   * The directory of the run to go on with. A report that is there, of when the run was stopped, is
   * given another name by the engine.
   *
   * @throws ConfigException if the configuration does not name it
   */
  static RunDirectory again(Settings farsight, String command, LocalDateTime now) {
    var run = farsight.section("run");
    if (!run.has("directory") && !farsight.section("checkpoint").has("directory")) {
      throw new ConfigException(
          "farsight.run.directory is not set: name the run to continue, such as"
              + " farsight train --resume runs/20260131-120000-train");
    }
    try {
      if (!run.has("directory")) {
        return automatic(PathCheck.RUNS, command, now);
      }
      Path path = run.path("directory");
      Files.createDirectories(path);
      return new RunDirectory(path, false);
    } catch (IOException e) {
      throw cannotBeMade(run, e);
    }
  }

  private static FarsightException cannotBeMade(Settings run, IOException e) {
    Path path = run.has("directory") ? run.path("directory") : PathCheck.RUNS;
    return new FarsightException(
        "run.directory: " + path + ": cannot be made: " + IoReason.of(path, e), e);
  }

  /** A directory that another process has made for this one. */
  static RunDirectory given(Path path) {
    return new RunDirectory(path, false);
  }

  static RunDirectory automatic(Path runs, String command, LocalDateTime now) throws IOException {
    Files.createDirectories(runs);
    Path wanted = runs.resolve(STAMP.format(now) + "-" + command);
    Path path = wanted;
    for (int n = 2; ; n++) {
      try {
        return new RunDirectory(Files.createDirectory(path), true);
      } catch (FileAlreadyExistsException e) {
        path = wanted.resolveSibling(wanted.getFileName() + "-" + n);
      }
    }
  }

  Path path() {
    return path;
  }

  Path log() {
    return path.resolve("run.log");
  }

  Path report() {
    return path.resolve(REPORT);
  }

  /** Takes away the directory if it was new and nothing is in it. */
  void discardIfEmpty() {
    try {
      if (created) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // Something is in it: it stays.
    }
  }

  /**
   * Takes away what a run that never started has left: its log, and the directory if it was new.
   */
  void discard() {
    try {
      Files.deleteIfExists(log());
      if (created) {
        Files.deleteIfExists(path.resolve("lock"));
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // Something else is in it: it stays.
    }
  }
}
