package dev.farsight.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.engine.metrics.Quality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The report of a run, as in {@code report.json}. The figures that most callers want have methods;
 * {@link #json} has all. Immutable.
 */
public final class Report {

  private final Config json;

  /** Parsed from text, so that a whole number is written alike here and where it is read again. */
  Report(Map<String, Object> json) {
    this(parsed(text(ConfigFactory.parseMap(json))));
  }

  private Report(Config json) {
    this.json = json;
  }

  private static Config parsed(String text) {
    return ConfigFactory.parseString(
        text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
  }

  private static String text(Config json) {
    return json.root().render(ConfigRenderOptions.concise().setFormatted(true));
  }

  /**
   * Reads the report of an earlier run.
   *
   * @param file its {@code report.json}
   * @throws FarsightException if the file cannot be read, or is no report
   */
  public static Report read(Path file) {
    try {
      Config json = parsed(Files.readString(file, UTF_8));
      json.getBoolean("stopped");
      return new Report(json);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    } catch (com.typesafe.config.ConfigException e) {
      throw new FarsightException(file + ": is not the report of a run", e);
    }
  }

  /**
   * The report as a tree: {@code throughput.samples_per_second}, {@code quality.auroc} and so on.
   * Figures that are undefined are {@code null} there.
   */
  public Config json() {
    return json;
  }

  /** The text of {@code report.json}. */
  public String toJson() {
    return text(json);
  }

  /** Whether the run was stopped before its end. Early stopping is an end. */
  public boolean stopped() {
    return json.getBoolean("stopped");
  }

  /** Steps trained, those before a checkpoint included; 0 if the run evaluated only. */
  public long steps() {
    return json.getLong("throughput.steps");
  }

  /** Samples trained, over all epochs. */
  public long trainSamples() {
    return json.getLong("data.train_samples");
  }

  /** Samples of the last evaluation. */
  public long evaluationSamples() {
    return json.getLong("data.eval_samples");
  }

  /** Malformed rows of the data that were left out. */
  public long badRows() {
    return json.getLong("data.bad_rows");
  }

  /** Time spent in training steps; opening, evaluation, checkpoints and saving apart. */
  public Duration trainTime() {
    return Duration.ofNanos(Math.round(json.getDouble("throughput.train_seconds") * 1e9));
  }

  /** Samples trained a second of {@link #trainTime}; 0 if nothing was trained. */
  public double samplesPerSecond() {
    return json.getDouble("throughput.samples_per_second");
  }

  /**
   * Share of lookups whose row was in the cache, from 0 to 1: of training, or of the evaluation if
   * the run evaluated only.
   */
  public double hitRatio() {
    return json.getDouble("cache.hit_ratio");
  }

  /**
   * The metrics of the last evaluation, which is that of the model in the run directory; empty if
   * there was none, or if the data has no labels.
   */
  public Optional<Quality> quality() {
    return json.hasPath("quality.logloss")
        ? Optional.of(
            new Quality(
                metric("auroc"),
                metric("auroc_ceiling"),
                metric("auprc"),
                metric("accuracy"),
                metric("logloss"),
                metric("normalised_entropy"),
                metric("calibration"),
                metric("gauc")))
        : Optional.empty();
  }

  /** NaN if undefined. */
  private double metric(String name) {
    String path = "quality." + name;
    return json.hasPath(path) ? json.getDouble(path) : Double.NaN;
  }

  /**
   * The step whose model the run went back to, as {@code train.early-stopping.restore-best} says;
   * empty if it did not.
   */
  public OptionalLong restoredStep() {
    return json.hasPath("restored_step")
        ? OptionalLong.of(json.getLong("restored_step"))
        : OptionalLong.empty();
  }

  /** SHA-256 of the losses of all steps, in hexadecimal; empty if the run evaluated only. */
  public Optional<String> lossSha256() {
    return stringAt("loss_sha256");
  }

  /** SHA-256 of all weights, in hexadecimal; empty if {@code report.hash-weights} is off. */
  public Optional<String> weightsSha256() {
    return stringAt("weights_sha256");
  }

  private Optional<String> stringAt(String path) {
    return json.hasPath(path) ? Optional.of(json.getString(path)) : Optional.empty();
  }
}
