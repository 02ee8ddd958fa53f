package dev.farsight.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.build.MemoryPlan;
import dev.farsight.engine.build.Resources;
import dev.farsight.engine.build.RunSetup;
import dev.farsight.engine.build.RunSetup.Start;
import dev.farsight.engine.build.SessionBuilder;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.run.ModelSaving;
import dev.farsight.engine.run.RowFlush;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.run.TrainingRun;
import dev.farsight.engine.settings.EngineSettings;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains or evaluates one model as configured, and leaves report, metrics and model in the run
 * directory. Applications use it like this:
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
 * <p>Used once, from one thread; only {@link #stop} may be called from any thread. Holds all memory
 * of the run from {@link #open} to {@link #close}. Several trainers may be open in one process.
 *
 * <p>All work is done on threads of the run. An interrupt of the thread that waits in {@link
 * #train} or {@link #evaluate} is a {@link #stop}; its flag is set when the call returns.
 */
public final class Trainer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private final Session session;
  private final Resources resources;
  private final RunDirectory directory;
  private final RunListener events;
  private final CheckpointSettings checkpointing;

  private Trainer(
      RunSetup setup,
      Session session,
      Resources resources,
      RunDirectory directory,
      CheckpointSettings checkpointing) {
    this.session = session;
    this.resources = resources;
    this.directory = directory;
    events = setup.events();
    this.checkpointing = checkpointing;
  }

  /**
   * Checks the configuration, opens data, device and store, and allocates everything.
   *
   * @param farsight the resolved section {@code farsight}
   * @param components the plugins' components, which the configuration names
   * @param runDirectory the folder of the run's files; created if it does not exist
   * @throws ConfigException if a setting is wrong
   * @throws FarsightException if data, device or memory are not available
   */
  public static Trainer open(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return open(farsight, components, runDirectory, listener, Start.TRAINING);
  }

  /**
   * As {@link #open}, but continues from the run's last checkpoint. Training then computes what it
   * would have computed without the interruption. Settings of cache, look-ahead, threads and the
   * length of training may differ.
   *
   * @throws ConfigException if there is no checkpoint, or if it belongs to another run
   */
  public static Trainer resume(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return open(farsight, components, runDirectory, listener, Start.RESUMED_TRAINING);
  }

  /** As {@link #open}, for {@link #evaluate} alone: no checkpoints are written. */
  public static Trainer openToEvaluate(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return open(farsight, components, runDirectory, listener, Start.EVALUATION);
  }

  private static Trainer open(
      Config farsight,
      Components components,
      Path runDirectory,
      RunListener listener,
      Start start) {
    CheckpointSettings checkpointing =
        start == Start.EVALUATION
            ? CheckpointSettings.none()
            : CheckpointSettings.of(Settings.of("farsight", farsight), runDirectory);
    return RunThread.call(
        () -> build(farsight, components, runDirectory, listener, checkpointing, start), () -> {});
  }

  private static Trainer build(
      Config farsight,
      Components components,
      Path runDirectory,
      RunListener listener,
      CheckpointSettings checkpointing,
      Start start) {
    RunDirectory directory = RunDirectory.lock(runDirectory);
    listener.opened(runDirectory);
    var settings = Settings.of("farsight", farsight);
    LOG.info("farsight {} (commit {})", Version.number(), Version.commit());
    LOG.info("configuration {}", farsight.root().render(ConfigRenderOptions.concise()));
    var resources = new Resources();
    try {
      var setup =
          RunSetup.of(
              EngineSettings.of(settings),
              components,
              listener,
              runDirectory,
              checkpointing,
              start);
      Session session = new SessionBuilder(setup, resources).build();
      return new Trainer(setup, session, resources, directory, checkpointing);
    } catch (RuntimeException | Error e) {
      resources.closeAfter(e);
      directory.discard();
      throw e;
    }
  }

  /**
   * The sizes of the run that {@link #open} would open on data of this schema. Checks every setting
   * that does not need the data itself; opens nothing.
   *
   * @throws ConfigException if a setting is wrong
   */
  public static Outlook outlook(Config farsight, Components components, BatchSchema schema) {
    return OutlookBuilder.of(Settings.of("farsight", farsight), components, schema);
  }

  /** The memory that {@link #open} would take. Opens the data set, which defines the tables. */
  public static MemoryForecast forecast(Config farsight, Components components) {
    return MemoryPlan.forecast(Settings.of("farsight", farsight), components);
  }

  /**
   * Trains, writes {@code model/}, evaluates on the held-out part, and writes {@code report.json};
   * {@code metrics.jsonl} meanwhile.
   *
   * @throws FarsightException the first failure of a stage; every trained row is in the store then.
   *     If only the last evaluation failed, the model is saved
   */
  public Report train() {
    return RunThread.call(this::trainAndReport, this::stop);
  }

  private Report trainAndReport() {
    if (!session.data().schema().labelled()) {
      throw new FarsightException(
          "the data has no labels, so it can be evaluated but not trained on");
    }
    directory.prepare(session.resumedStep() > 0);
    var models = new ModelSaving(session, events, directory.model(), directory.initialModel());
    try (MetricsFile metrics = directory.openMetrics(session.resumePoint())) {
      var run = new TrainingRun(session, events, metrics, checkpointing);
      new RowFlush(session).after(run::train);
      run.requireTrained();
      if (session.checkpoints() != null) {
        session.checkpoints().await();
      }
      // First the model: an evaluation that fails must not cost a finished training.
      models.save(run.trained());
      run.evaluateAtEnd();
      if (run.returnToBest()) {
        models.save(run.trained());
        run.evaluateRestored();
      }
      // Its last lines may fail to be written, which the report says.
      metrics.finish();
      events.phase("reporting");
      return report(
          ReportBuilder.of("train", session, run)
              .hashes(run.counters().losses().hex(), weightsSha256()));
    }
  }

  /** Null if the run does not hash its weights. */
  private String weightsSha256() {
    return session.settings().hashWeights() ? session.weightsSha256() : null;
  }

  private Report report(ReportBuilder sections) {
    Report report = sections.build(session.pipeline().stopped());
    directory.write(report);
    return report;
  }

  /**
   * Evaluates the model at {@code model.load}. Writes {@code report.json}, and the samples' logits
   * to {@code predictions.npy}, with or without labels in the data.
   */
  public Report evaluate() {
    return RunThread.call(this::evaluateAndReport, this::stop);
  }

  private Report evaluateAndReport() {
    if (!session.settings().farsight().section("model").has("load")) {
      throw new ConfigException("farsight.model.load is not set: which model to evaluate");
    }
    directory.prepare(session.resumedStep() > 0);
    var run = new TrainingRun(session, events, null, checkpointing);
    var evaluation = run.evaluate();
    directory.writePredictions(evaluation);
    return report(ReportBuilder.of("eval", session, run).hashes(null, weightsSha256()));
  }

  /**
   * Ends training after the current step. {@link #train} then flushes, reports and returns. Any
   * thread.
   */
  public void stop() {
    session.pipeline().stop();
  }

  @Override
  public void close() {
    RunThread.run(() -> Closing.all(resources, directory));
  }
}
