package dev.farsight.engine;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.checkpoint.ResumePoint;
import dev.farsight.engine.metrics.MetricsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder of a run's files.
 *
 * @param path created if it does not exist
 */
record RunDirectory(Path path) {

  private static final String REPORT = "report.json";

  /**
   * Creates the folder, which must hold no report.
   *
   * @param resumed whether the run continues an earlier one, whose report is renamed
   */
  void prepare(boolean resumed) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new FarsightException(path + ": cannot be made: " + e.getMessage(), e);
    }
    Path report = path.resolve(REPORT);
    if (resumed && Files.exists(report)) {
      setAside(report);
    }
    if (Files.exists(report)) {
      throw new ConfigException(
          report + ": is the report of an earlier run; choose another run.directory");
    }
  }

  /** Gives the report of a stopped run the next free name. */
  private void setAside(Path report) {
    try {
      Path aside = report;
      for (int n = 1; Files.exists(aside); n++) {
        aside = path.resolve("report." + n + ".json");
      }
      Files.move(report, aside);
    } catch (IOException e) {
      throw new FarsightException(report + ": cannot be renamed: " + e.getMessage(), e);
    }
  }

  /**
   * Opens {@code metrics.jsonl}.
   *
   * @param resumed the checkpoint that the run continues from
   */
  MetricsFile openMetrics(Optional<ResumePoint> resumed) {
    Path file = path.resolve("metrics.jsonl");
    return resumed
        .map(p -> MetricsFile.resume(file, p.step(), p.progress().metricsBytes()))
        .orElseGet(() -> MetricsFile.create(file));
  }

  Path predictions() {
    return path.resolve("predictions.npy");
  }

  Path model() {
    return path.resolve("model");
  }

  Path initialModel() {
    return path.resolve("initial-model");
  }

  /** Writes the report. A reader sees the whole file or none. */
  void write(Report report) {
    Path file = path.resolve(REPORT);
    Path partial = path.resolve(REPORT + ".partial");
    try {
      Files.writeString(partial, report.toJson() + "\n");
      Files.move(partial, file);
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
