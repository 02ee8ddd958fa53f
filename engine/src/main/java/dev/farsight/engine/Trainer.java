package dev.farsight.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.metrics.WeightsDigest;
import dev.farsight.engine.model.ModelDirectory;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains or evaluates one model, as the configuration says, and leaves report, metrics and model in
 * the run directory. The way to run Farsight from an application:
 *
 * <pre>
 * try (Plugins plugins = Plugins.load(getClass().getClassLoader())) {
 *   Config farsight = FarsightConfig.ofFile(Path.of("my.conf")).resolve(plugins.loaders());
 *   try (Trainer trainer =
 *       Trainer.open(farsight, plugins.components(), Path.of("runs/1"), RunListener.NONE)) {
 *     Report report = trainer.train();
 *   }
 * }
 * </pre>
 *
 * <p>Used once, from one thread, except for {@link #stop}. Holds all memory of the run from {@link
 * #open} to {@link #close}; several trainers may be open in one process.
 */
public final class Trainer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private final Session session;
  private final Path runDirectory;
  private final RunListener listener;
  private final boolean loaded;
  private final CheckpointSettings checkpointing;

  private Trainer(
      Session session,
      Path runDirectory,
      RunListener listener,
      boolean loaded,
      CheckpointSettings checkpointing) {
    this.session = session;
    this.runDirectory = runDirectory;
    this.listener = listener;
    this.loaded = loaded;
    this.checkpointing = checkpointing;
  }

  /**
   * Checks the configuration, opens data, device and store, and allocates everything.
   *
   * @param farsight the resolved section {@code farsight}
   * @param components what its names refer to
   * @param runDirectory where the run leaves its files; made if it does not exist
   * @throws ConfigException if a setting is wrong
   * @throws FarsightException if data, device or memory are not to be had
   */
  public static Trainer open(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return open(
        farsight, components, runDirectory, listener, checkpoints(farsight, runDirectory), false);
  }

  /**
   * As {@link #open}, but goes on from the run's last checkpoint: training computes what it would
   * have without the interruption. Cache, look-ahead, threads and the length of training may have
   * changed.
   *
   * @throws ConfigException if there is no checkpoint, or it is of another run
   */
  public static Trainer resume(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return open(
        farsight, components, runDirectory, listener, checkpoints(farsight, runDirectory), true);
  }

  private static CheckpointSettings checkpoints(Config farsight, Path runDirectory) {
    return CheckpointSettings.of(Settings.of("farsight", farsight), runDirectory);
  }

  /** As {@link #open}, for {@link #evaluate} alone: no checkpoints are written. */
  public static Trainer openToEvaluate(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return open(farsight, components, runDirectory, listener, CheckpointSettings.none(), false);
  }

  private static Trainer open(
      Config farsight,
      Components components,
      Path runDirectory,
      RunListener listener,
      CheckpointSettings checkpointing,
      boolean resume) {
    var settings = Settings.of("farsight", farsight);
    LOG.info("farsight {} (commit {})", Version.number(), Version.commit());
    LOG.info("configuration {}", farsight.root().render(ConfigRenderOptions.concise()));
    var session = new Session(settings, components, listener, runDirectory, checkpointing, resume);
    return new Trainer(
        session, runDirectory, listener, settings.section("model").has("load"), checkpointing);
  }

  /**
   * What {@link #open} would make of a configuration on data of this schema: checks every setting
   * that does not need the data itself, and opens nothing.
   *
   * @throws ConfigException if a setting is wrong
   */
  public static Outlook outlook(Config farsight, Components components, BatchSchema schema) {
    return Blueprint.outlook(Settings.of("farsight", farsight), components, schema);
  }

  /** The memory that {@link #open} would take. Opens the data set, which tells the tables. */
  public static MemoryForecast forecast(Config farsight, Components components) {
    return Blueprint.forecast(Settings.of("farsight", farsight), components);
  }

  /**
   * Trains, evaluates on the held-out part, and writes {@code metrics.jsonl}, {@code model/} and
   * {@code report.json}.
   *
   * @throws FarsightException the first failure of any stage; what was trained is in the store then
   */
  public Report train() {
    if (!session.data.schema().labelled()) {
      throw new FarsightException(
          "the data has no labels, so it can be evaluated but not trained on");
    }
    prepareDirectory();
    float[][] initialDense =
        session.settings.saveInitial() ? ModelDirectory.read(session.step.dense()) : null;
    try (var metrics = new MetricsFile(runDirectory.resolve("metrics.jsonl"), resumedStep())) {
      var run = new TrainingRun(session, listener, metrics, checkpointing);
      try {
        run.train();
        run.evaluateAtEnd();
      } catch (RuntimeException e) {
        flushAfter(e);
        throw e;
      }
      session.transfers.flush();
      session.store.flush();
      if (session.checkpoints != null) {
        session.checkpoints.await();
      }
      saveModel(initialDense);
      listener.phase("reporting");
      Report report =
          run.report("train")
              .hashes(run.lossSha256(), weightsSha256())
              .build(session.pipeline.stopped());
      writeReport(report);
      return report;
    }
  }

  /** The step from which metrics go on, 0 at the beginning. */
  private long resumedStep() {
    return session.checkpoints != null && session.checkpoints.resumed()
        ? session.checkpoints.progress().steps()
        : 0;
  }

  private void flushAfter(RuntimeException failure) {
    try {
      session.transfers.flush();
      session.store.flush();
    } catch (RuntimeException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  private void saveModel(float[][] initialDense) {
    if (initialDense != null) {
      new ModelDirectory(runDirectory.resolve("initial-model"))
          .saveInitial(session.step.dense(), initialDense, session.store);
    }
    if (session.settings.saveModel()) {
      listener.phase("saving the model");
      new ModelDirectory(runDirectory.resolve("model"))
          .save(session.step.dense(), session.store);
    }
  }

  private String weightsSha256() {
    return session.settings.hashWeights()
        ? WeightsDigest.hex(session.store, session.step.dense(), session.hashing)
        : null;
  }

  /**
   * Evaluates the model at {@code model.load}; writes {@code report.json} and, whether the data has
   * labels or not, the samples' logits to {@code predictions.npy}.
   */
  public Report evaluate() {
    if (!loaded) {
      throw new ConfigException("farsight.model.load is not set: which model to evaluate");
    }
    prepareDirectory();
    var run = new TrainingRun(session, listener, null, checkpointing);
    var evaluation = run.evaluate();
    ModelDirectory.savePredictions(
        runDirectory.resolve("predictions.npy"), evaluation.logits(), evaluation.samples());
    Report report =
        run.report("eval").hashes(null, weightsSha256()).build(session.pipeline.stopped());
    writeReport(report);
    return report;
  }

  private void prepareDirectory() {
    try {
      Files.createDirectories(runDirectory);
    } catch (IOException e) {
      throw new FarsightException(runDirectory + ": cannot be made: " + e.getMessage(), e);
    }
    Path report = runDirectory.resolve("report.json");
    if (resumedStep() > 0 && Files.exists(report)) {
      setAside(report);
    }
    if (Files.exists(report)) {
      throw new ConfigException(
          report + ": an earlier run's report is there; choose another run.directory");
    }
  }

  /** The report of a run that was stopped keeps its content, under the next free name. */
  private void setAside(Path report) {
    try {
      Path aside = report;
      for (int n = 1; Files.exists(aside); n++) {
        aside = runDirectory.resolve("report." + n + ".json");
      }
      Files.move(report, aside);
    } catch (IOException e) {
      throw new FarsightException(report + ": cannot be renamed: " + e.getMessage(), e);
    }
  }

  private void writeReport(Report report) {
    Path file = runDirectory.resolve("report.json");
    Path partial = runDirectory.resolve("report.json.partial");
    try {
      Files.writeString(partial, report.toJson() + "\n");
      Files.move(partial, file);
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * Ends training after the step under way; {@link #train} then flushes, reports and returns. Any
   * thread.
   */
  public void stop() {
    session.pipeline.stop();
  }

  @Override
  public void close() {
    session.close();
  }
}
