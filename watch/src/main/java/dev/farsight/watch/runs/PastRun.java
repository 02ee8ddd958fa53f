package dev.farsight.watch.runs;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.engine.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A run directory, read once.
 *
 * @param directory the folder of the run's files
 * @param state how the run is
 * @param report the report; empty unless the run has ended well
 * @param lastSign when the newest of its files was written
 */
public record PastRun(Path directory, State state, Optional<Report> report, Instant lastSign) {

  private static final String REPORT = "report.json";
  private static final String METRICS = "metrics.jsonl";
  private static final String LOCK = "lock";
  private static final String LOG = "run.log";

  /** How a run is. */
  public enum State {
    /** A process is at work on it. */
    RUNNING,
    /** It has ended, and has a report. */
    DONE,
    /** It was stopped before its end, and has a report. */
    STOPPED,
    /** It has no report, and no process is at work on it: it failed or was killed. */
    BROKEN
  }

  /** Whether a folder is that of a run. */
  public static boolean isRun(Path folder) {
    return Files.exists(folder.resolve(REPORT))
        || (Files.exists(folder.resolve(LOCK)) && Files.exists(folder.resolve(LOG)));
  }

  /**
   * Reads a run.
   *
   * @throws FarsightException if the folder is not that of a run, or cannot be read
   */
  public static PastRun read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new FarsightException(folder + ": no such run; `farsight runs` lists those there are");
    }
    if (!isRun(folder)) {
      throw new FarsightException(folder + ": is not the folder of a run, which has a report.json");
    }
    try {
      Path file = folder.resolve(REPORT);
      Optional<Report> report =
          Files.exists(file) ? Optional.of(Report.read(file)) : Optional.empty();
      return new PastRun(folder, state(folder, report), report, newestFile(folder));
    } catch (IOException e) {
      throw new FarsightException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * All runs in a folder, the oldest first. A run whose report cannot be read fails it.
   *
   * @throws FarsightException if the folder does not exist
   */
  public static List<PastRun> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new FarsightException(folder + ": no such folder; name the one that your runs are in");
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .filter(PastRun::isRun)
          .map(PastRun::read)
          .sorted(Comparator.comparing(PastRun::lastSign).thenComparing(PastRun::name))
          .toList();
    } catch (IOException e) {
      throw new FarsightException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  public String name() {
    return directory.toAbsolutePath().normalize().getFileName().toString();
  }

  /** The course of training and of evaluations. */
  public Curves curves() {
    return Curves.read(directory.resolve(METRICS));
  }

  /** A number of the report; NaN if it is undefined, or if there is no report. */
  public double number(String path) {
    return value(path) ? json().getDouble(path) : Double.NaN;
  }

  /**
   * The figures of each device, by rank; empty without a report, or in one of an earlier version.
   */
  public List<? extends Config> devices() {
    return value("devices") ? json().getConfigList("devices") : List.of();
  }

  /** A text of the report; empty if it is undefined, or if there is no report. */
  public Optional<String> text(String path) {
    return value(path) ? Optional.of(json().getString(path)) : Optional.empty();
  }

  private boolean value(String path) {
    return report.isPresent() && json().hasPath(path);
  }

  private Config json() {
    return report.orElseThrow().json();
  }

  private static State state(Path folder, Optional<Report> report) throws IOException {
    if (report.isPresent()) {
      return report.get().stopped() ? State.STOPPED : State.DONE;
    }
    return isLocked(folder.resolve(LOCK)) ? State.RUNNING : State.BROKEN;
  }

  private static boolean isLocked(Path lock) throws IOException {
    try {
      ProcessLock.shared(lock, FarsightException::new).close();
      return false;
    } catch (FarsightException e) {
      return true;
    }
  }

  private static Instant newestFile(Path folder) throws IOException {
    Instant last = Instant.EPOCH;
    for (String name : List.of(REPORT, METRICS, LOG)) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        FileTime time = Files.getLastModifiedTime(file);
        last = time.toInstant().isAfter(last) ? time.toInstant() : last;
      }
    }
    return last;
  }
}
