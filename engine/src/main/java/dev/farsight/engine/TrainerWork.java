package dev.farsight.engine;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunFailed;
import dev.farsight.engine.event.RunFinished;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.progress.ProgressMeter;
import dev.farsight.engine.remote.RemoteRun;
import dev.farsight.engine.run.EqualParameters;
import dev.farsight.engine.run.ModelSaving;
import dev.farsight.engine.run.RowFlush;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.run.TrainingRun;
import dev.farsight.engine.run.WholeModel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Trains or evaluates in an opened session, and leaves the files of the run. Used once. */
final class TrainerWork {

  private static final String REPORTING = "reporting";

  private final Session session;
  private final RunDirectory directory;
  private final RunListener listener;
  private final CheckpointSettings checkpointing;
  private final Optional<RemoteRun> remote;

  TrainerWork(
      Session session,
      RunDirectory directory,
      RunListener listener,
      CheckpointSettings checkpointing,
      Optional<RemoteRun> remote) {
    this.session = session;
    this.directory = directory;
    this.listener = listener;
    this.checkpointing = checkpointing;
    this.remote = remote;
  }

  Report train() {
    return tellingFailures(this::trainAndReport);
  }

  Report evaluate() {
    return tellingFailures(this::evaluateAndReport);
  }

  /** Ends the work after the current step. Any thread. */
  void stop() {
    session.pipeline().stop();
  }

  private Report tellingFailures(Supplier<Report> work) {
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      throw failed(session.processes().told(e));
    }
  }

  /**
   * Tells other processes and the listener. Returns the failure, or throws it if it is an error.
   */
  private RuntimeException failed(Throwable failure) {
    session.abort(failure);
    try {
      listener.failed(new RunFailed(failure));
    } catch (RuntimeException | Error again) {
      failure.addSuppressed(again);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  private Report trainAndReport() {
    if (!session.data().schema().labelled()) {
      throw new FarsightException(
          "the data has no labels, so it can be evaluated but not trained on");
    }
    directory.prepare(session.resumedStep() > 0);
    directory.write(session.plan());
    var models = new ModelSaving(session, listener, directory.model(), directory.initialModel());
    try (MetricsFile metrics = directory.openMetrics(session.resumePoint())) {
      var run = new TrainingRun(session, listener, metrics, checkpointing);
      started(run.totalSteps());
      EqualParameters.require(session, "before the first step");
      new RowFlush(session).after(run::train);
      run.requireTrained();
      EqualParameters.require(session, "after training");
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
      ReportBuilder sections =
          ReportBuilder.of("train", session, run, AllFigures.gather(session, run));
      return report(sections.hashes(run.counters().losses().hex(), weightsSha256()));
    }
  }

  private Report evaluateAndReport() {
    requireModel(session.settings().farsight());
    directory.prepare(session.resumedStep() > 0);
    var run = new TrainingRun(session, listener, null, checkpointing);
    started(0);
    var evaluation = run.evaluate();
    directory.writePredictions(evaluation);
    var sections = ReportBuilder.of("eval", session, run, AllFigures.gather(session, run));
    return report(sections.hashes(null, weightsSha256()));
  }

  /**
   * @throws ConfigException if the configuration names no model to evaluate
   */
  static void requireModel(Settings farsight) {
    if (!farsight.section("model").has("load")) {
      throw new ConfigException(
          "farsight.model.load is not set: name the model to evaluate, such as RUN/model");
    }
  }

  private void started(long steps) {
    RunControl control = this::stop;
    listener.started(new RunStarted(session.resumedStep(), steps), control);
  }

  /** Null if the run does not hash its weights, and in all processes but the first. */
  private String weightsSha256() {
    if (!session.settings().hashWeights()) {
      ProgressMeter.begin(listener, REPORTING, session.store().rowsHeld(), "rows");
      return null;
    }
    return new WholeModel(session).sha256(listener, REPORTING);
  }

  private Report report(ReportBuilder sections) {
    boolean stopped = session.pipeline().stopped();
    Report report = sections.build(stopped);
    Path file = directory.write(report);
    remote.ifPresent(store -> store.leave(directory.left(session.processes().number())));
    listener.finished(new RunFinished(report.steps(), stopped, file));
    return report;
  }
}
