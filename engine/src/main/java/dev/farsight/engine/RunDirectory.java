package dev.farsight.engine;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.engine.checkpoint.ResumePoint;
import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.model.ModelDirectory;
import dev.farsight.engine.sharding.PlanFile;
import dev.farsight.engine.sharding.ShardingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a run's files. It is locked against other runs until it is closed: the files in it
 * belong to one run.
 */
final class RunDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);

  private static final String REPORT = "report.json";
  private static final String LOCK = "lock";

  private static final List<String> LEFT =
      List.of("sharding.json", "metrics.jsonl", "initial-model", "model", REPORT);

  private final Path path;
  private final boolean created;
  private final ProcessLock lock;

  private RunDirectory(Path path, boolean created, ProcessLock lock) {
    this.path = path;
    this.created = created;
    this.lock = lock;
  }

  /**
   * The folder that {@code run.directory} names.
   *
   * @param farsight the resolved section {@code farsight}
   * @throws ConfigException if it names none
   */
  static Path of(Config farsight) {
    return Settings.of("farsight", farsight)
        .section("run")
        .optionalPath("directory")
        .orElseThrow(
            () ->
                new ConfigException(
                    "farsight.run.directory is not set: where to leave the files of the run"));
  }

  /**
   * Creates the folder if it is missing, and locks it.
   *
   * @throws ConfigException if another run is using it
   */
  static RunDirectory lock(Path path) {
    try {
      boolean created = !Files.exists(path);
      Files.createDirectories(path);
      ProcessLock lock = ProcessLock.exclusive(path.resolve(LOCK), owner -> inUse(path, owner));
      return new RunDirectory(path, created, lock);
    } catch (IOException e) {
      throw DurableFiles.unwritable(path, e);
    }
  }

  private static FarsightException inUse(Path path, String owner) {
    return new FarsightException(
        "%s: another run (%s) is using this folder; choose another run.directory, or wait until it ends"
            .formatted(path, owner));
  }

  /**
   * Refuses a folder with the report of an earlier run.
   *
   * @param resumed whether the run continues an earlier one, whose report is renamed
   */
  void prepare(boolean resumed) {
    Path report = path.resolve(REPORT);
    if (resumed && Files.exists(report)) {
      setAside(report);
    }
    if (Files.exists(report)) {
      throw new ConfigException(
          report + ": is the report of an earlier run; choose another run.directory");
    }
  }

  /** Unlocks the folder, and deletes it if it was created for a run that could not be opened. */
  void discard() {
    close();
    if (!created) {
      return;
    }
    try {
      Files.deleteIfExists(path.resolve(LOCK));
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.debug("{} stays: {}", path, e.toString());
    }
  }

  @Override
  public void close() {
    lock.close();
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
      throw DurableFiles.unwritable(report, e);
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

  /** Writes {@code predictions.npy}: the logits of all evaluated samples. */
  void writePredictions(Evaluation evaluation) {
    ModelDirectory.savePredictions(path.resolve("predictions.npy"), evaluation.logits());
  }

  Path model() {
    return path.resolve("model");
  }

  Path initialModel() {
    return path.resolve("initial-model");
  }

  /** Writes {@code sharding.json}, if there are several devices. */
  void write(ShardingPlan plan) {
    if (plan.devices() > 1) {
      PlanFile.write(path, plan);
    }
  }

  /**
   * What a process leaves here for others, by what it is called in the folder of the run. The
   * report is last.
   */
  Map<String, Path> left(int process) {
    String folder = process == 0 ? "" : "processes/" + process + "/";
    Map<String, Path> files = new LinkedHashMap<>();
    for (String name : LEFT) {
      Path top = path.resolve(name);
      try (var below = Files.exists(top) ? Files.walk(top) : Stream.<Path>of()) {
        below
            .filter(Files::isRegularFile)
            .sorted()
            .forEach(file -> files.put(folder + names(path.relativize(file)), file));
      } catch (IOException e) {
        throw DurableFiles.unreadable(top, e);
      }
    }
    return files;
  }

  private static String names(Path relative) {
    return StreamSupport.stream(relative.spliterator(), false)
        .map(Path::toString)
        .collect(Collectors.joining("/"));
  }

  /** Writes the report. A reader sees the whole file or none. Returns the file. */
  Path write(Report report) {
    Path file = path.resolve(REPORT);
    Path partial = path.resolve(REPORT + ".partial");
    try {
      Files.writeString(partial, report.toJson() + "\n");
      Files.move(partial, file);
      return file;
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }
}
