package dev.farsight.bench.ablation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a cell ended, as its folder tells: done if a whole report is there, failed if its process
 * left none, and otherwise still to run.
 *
 * @param report its {@code report.json}; null unless done
 * @param failure why it failed; null unless failed
 * @param seconds wall time of its process; NaN where unknown
 */
record CellResult(Cell cell, Config report, String failure, double seconds) {

  private static final String NOTE = "cell.json";

  static CellResult of(Cell cell, Path folder) {
    Optional<Config> note = json(folder.resolve(NOTE));
    double seconds = note.map(n -> n.getDouble("seconds")).orElse(Double.NaN);
    Optional<Config> report = json(folder.resolve("report.json"));
    if (report.isPresent() && !report.get().getBoolean("stopped")) {
      return new CellResult(cell, report.get(), null, seconds);
    }
    String failure = note.map(n -> n.getString("failure")).filter(f -> !f.isEmpty()).orElse(null);
    return new CellResult(cell, null, failure, seconds);
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
    File file = path.toFile();
    return Files.isRegularFile(path)
        ? Optional.of(ConfigFactory.parseFile(file))
        : Optional.empty();
  }

  boolean done() {
    return report != null;
  }

  boolean failed() {
    return failure != null;
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
