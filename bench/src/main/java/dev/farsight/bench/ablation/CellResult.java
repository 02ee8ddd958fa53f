package dev.farsight.bench.ablation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.cache.CacheTooSmallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a cell ended, as its folder tells: done if a whole report is there, failed if its process
 * left none, and otherwise still to run. One whose cache cannot hold a batch is skipped.
 *
 * @param report its {@code report.json}; null unless done
 * @param failure why it failed; null unless failed
 * @param seconds wall time of its process; NaN where unknown
 */
record CellResult(Cell cell, Config report, String failure, double seconds) {

  private static final String NOTE = "cell.json";

  /**
   * @throws FarsightException if a file there is not what a run leaves
   */
  static CellResult of(Cell cell, Path folder) {
    Path file = folder.resolve(NOTE);
    try {
      Optional<Config> note = json(file);
      double seconds = note.map(n -> n.getDouble("seconds")).orElse(Double.NaN);
      String failure = note.map(n -> n.getString("failure")).filter(f -> !f.isEmpty()).orElse(null);
      file = folder.resolve("report.json");
      Optional<Config> report = json(file);
      if (report.isPresent() && !report.get().getBoolean("stopped")) {
        var done = new CellResult(cell, report.get(), null, seconds);
        done.requireFigures();
        return done;
      }
      return new CellResult(cell, null, failure, seconds);
    } catch (ConfigException e) {
      throw new FarsightException(
          file
              + ": is not what a run leaves: "
              + Quoted.of(e.getMessage())
              + "; delete the folder to run the cell again",
          e);
    }
  }

  /**
   * Looks at everything that results are made of, so that what is missing is told with its file.
   */
  private void requireFigures() {
    var figures = new CellFigures(this);
    figures.counted(OptionalLong.empty());
    figures.measured();
    lossSha256();
    report.getString("version");
    report.getString("git");
    report.getObject("host");
    if (!report.root().containsKey("weights_sha256")) {
      throw new ConfigException.Missing("weights_sha256");
    }
  }

  /** Leaves a note of how the process ended. */
  static void note(Path folder, double seconds, String failure) {
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("seconds", seconds);
    note.put("failure", failure == null ? "" : failure);
    SuiteDirectory.write(
        folder.resolve(NOTE),
        ConfigValueFactory.fromMap(note).render(ConfigRenderOptions.concise()) + "\n");
  }

  private static Optional<Config> json(Path path) {
    try {
      return Files.isRegularFile(path)
          ? Optional.of(JsonFile.parse(path, Files.readString(path)))
          : Optional.empty();
    } catch (IOException e) {
      throw DurableFiles.unreadable(path, e);
    }
  }

  boolean done() {
    return report != null;
  }

  boolean failed() {
    return failure != null && !tooSmall();
  }

  /** Whether the cache could not hold a batch, which is a property of the cell and no failure. */
  boolean tooSmall() {
    return failure != null && CacheTooSmallException.isToldBy(failure);
  }

  /** Of the steps after the warm-up, or of all where there was none. */
  Config measured() {
    return report.hasPath("steady") ? report.getConfig("steady") : report.getConfig("throughput");
  }

  /** What the cache did in the steps that are measured. */
  Config cache() {
    return report.hasPath("steady") ? report.getConfig("steady") : report.getConfig("cache");
  }

  double samplesPerSecond() {
    return measured().getDouble("samples_per_second");
  }

  String lossSha256() {
    return report.getString("loss_sha256");
  }

  /** AUROC, or NaN where nothing was evaluated. */
  double auroc() {
    return report.hasPath("quality.auroc") ? report.getDouble("quality.auroc") : Double.NaN;
  }
}
