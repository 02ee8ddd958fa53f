package dev.farsight.engine.run;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.checkpoint.ResumePoint;
import dev.farsight.engine.checkpoint.RunProgress;
import dev.farsight.engine.metrics.DataFaults;
import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.metrics.Quality;
import dev.farsight.engine.settings.EarlyStopping;
import dev.farsight.engine.settings.EngineSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Epochs of training with evaluations and checkpoints in between. {@link TrainingSchedule} cuts the
 * epochs into phases; the pipeline is at rest between phases. Used once, by one thread.
 */
public final class TrainingRun {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final Session session;
  private final EngineSettings settings;
  private final RunEvents events;

  /** Null if the run only evaluates. */
  private final MetricsFile metrics;

  private final TrainingSchedule schedule;
  private final EarlyStopping.Watch watch;
  private final TrainingCounters counters;
  private final Evaluator evaluator;
  private final CheckpointTaker checkpoints;
  private final TrainingPhase.Setup phases;
  private final RowReset rowReset;

  private long restoredStep = -1;

  /** The failure of the evaluation after the last step; null if it did not fail. */
  private Throwable lastEvaluationFailure;

  /**
   * Continues from the session's checkpoint, if there is one.
   *
   * @param metrics null if the run only evaluates
   */
  public TrainingRun(
      Session session, RunEvents events, MetricsFile metrics, CheckpointSettings checkpointing) {
    this.session = session;
    this.settings = session.settings();
    this.events = events;
    this.metrics = metrics;
    schedule =
        new TrainingSchedule(settings.maxSteps(), settings.evalEvery(), checkpointing.everySteps());
    watch = settings.earlyStopping().watch();
    counters =
        new TrainingCounters(
            session.data().schema().tables(),
            settings.warmUpSteps(),
            session.checkpoints() != null);
    session.resumePoint().ifPresent(this::resume);
    evaluator = new Evaluator(session, counters, metrics, events);
    checkpoints =
        new CheckpointTaker(
            session,
            checkpointing,
            counters,
            watch,
            metrics,
            session.resumePoint().map(ResumePoint::step).orElse(-1L));
    phases =
        new TrainingPhase.Setup(
            settings.learningRate(), counters, metrics, settings.metricsEvery(), events);
    rowReset = new RowReset(session, counters, events);
  }

  private void resume(ResumePoint point) {
    RunProgress progress = point.progress();
    counters.resume(progress);
    point.addLossesTo(counters.losses());
    watch.resume(progress.best(), progress.evaluationsSinceBest());
  }

  /**
   * Trains to the end of the last epoch, to the last step, or until training should stop. If an
   * evaluation that is due after the last step fails, {@link #evaluateAtEnd} throws the failure.
   */
  public void train() {
    boolean ended = schedule.isEnd(counters.steps()) || watch.shouldStop();
    checkpoints.take(true);
    while (counters.epoch() < settings.epochs() && !ended) {
      rowReset.beginEpoch();
      events.phase(
          settings.epochs() == 1 ? "training" : "training, epoch " + (counters.epoch() + 1));
      try (BatchSource source = session.data().train(counters.epoch())) {
        ended = trainEpoch(source);
        counters.endSource(DataFaults.of(source));
      }
      if (!ended) {
        counters.nextEpoch();
      }
    }
    if (watch.shouldStop()) {
      LOG.info(
          "stopped early after step {}: {} was best after step {}, with {}",
          counters.steps(),
          watch.metric(),
          watch.best().step(),
          watch.bestValue());
    }
    if (checkpoints.isBehind()) {
      checkpoints.take(!session.pipeline().stopped() && lastEvaluationFailure == null);
    }
  }

  /**
   * @throws FarsightException if no step was trained, unless the run was stopped before the first:
   *     there is no trained model to save then
   */
  public void requireTrained() {
    if (counters.steps() == 0 && !session.pipeline().stopped()) {
      throw new FarsightException(
          "nothing was trained: the training part of the data is empty"
              + badRows()
              + "; check data.eval-fraction and data.on-bad-row");
    }
  }

  private String badRows() {
    long badRows = counters.faults().badRows();
    return badRows == 0 ? "" : " after " + badRows + " malformed rows were skipped";
  }

  /** Returns whether training ends before its last epoch. */
  private boolean trainEpoch(BatchSource source) {
    if (counters.samplesInEpoch() > 0) {
      source.skip(
          counters.samplesInEpoch(),
          new Batch(source.schema(), settings.batchSize(), HostBuffers.plain()));
    }
    while (true) {
      long stepsBefore = counters.steps();
      long wantedSteps = schedule.stepsUntilNext(stepsBefore);
      DeadlineSource untilDue = checkpoints.untilDue(source);
      trainPhase(untilDue, wantedSteps);
      if (session.pipeline().stopped()) {
        return true;
      }
      long steps = counters.steps();
      boolean sourceEnded = steps - stepsBefore < wantedSteps && !untilDue.isDue();
      if (!sourceEnded && schedule.isEvaluationDue(steps) && evaluateAndDecide()) {
        return true;
      }
      if (schedule.isCheckpointDue(steps) || untilDue.isDue()) {
        checkpoints.take(true);
      }
      if (schedule.isEnd(steps) || sourceEnded) {
        return schedule.isEnd(steps);
      }
    }
  }

  private void trainPhase(BatchSource source, long batches) {
    var phase = new TrainingPhase(phases, source, batches, totalSteps());
    counters.beginPhase();
    counters.endPhase(session.pipeline().run(phase));
  }

  /** Steps of the whole run; 0 if unknown. */
  private long totalSteps() {
    return schedule.totalSteps(
        session.data().trainSamples(), settings.batchSize(), settings.epochs());
  }

  /** Evaluates; returns whether training should stop. */
  private boolean evaluateAndDecide() {
    try {
      evaluator.evaluate();
    } catch (RuntimeException | Error e) {
      if (counters.steps() != totalSteps()) {
        throw e;
      }
      lastEvaluationFailure = e;
      return true;
    }
    Quality quality = evaluator.quality();
    boolean enough = quality != null && counts() && watch.stopAfter(counters.steps(), quality);
    if (watch.stepToRestore() == counters.steps()) {
      checkpoints.take(true);
    }
    return session.pipeline().stopped() || enough;
  }

  /**
   * Whether the evaluation after the current step may be the best one. If rows are drawn anew, only
   * ends of epochs can be compared: before, rows have seen but a part of the data.
   */
  private boolean counts() {
    return !settings.resetRows() || counters.samplesInEpoch() == session.data().trainSamples();
  }

  /**
   * Evaluates, unless the last evaluation is up to date, there is nothing to evaluate on, or the
   * run was stopped. Throws the failure of an evaluation that was due after the last step.
   */
  public void evaluateAtEnd() {
    if (lastEvaluationFailure instanceof Error e) {
      throw e;
    }
    if (lastEvaluationFailure instanceof RuntimeException e) {
      throw e;
    }
    if (!evaluator.isUpToDate()
        && !session.pipeline().stopped()
        && session.data().evalSamples() != 0) {
      evaluator.evaluate();
    }
  }

  /**
   * Goes back to the best evaluation, if {@code train.early-stopping.restore-best} is set and a
   * later step was trained. Returns whether weights have changed. All rows are in the store before
   * and afterwards.
   */
  public boolean returnToBest() {
    long step = watch.stepToRestore();
    if (step < 0 || step == counters.steps() || session.pipeline().stopped()) {
      return false;
    }
    events.phase("going back to step " + step + ", the best one");
    if (!new BestState(session).restore(step)) {
      return false;
    }
    restoredStep = step;
    return true;
  }

  /** Evaluates after {@link #returnToBest}; changes no weight. */
  public void evaluateRestored() {
    evaluator.evaluateRestored();
  }

  /** The step that the run went back to at its end; -1 if it did not. */
  public long restoredStep() {
    return restoredStep;
  }

  /**
   * Evaluates; changes no weight.
   *
   * @throws FarsightException if there is no sample to evaluate
   */
  public Evaluation evaluate() {
    return evaluator.evaluate();
  }

  /** Whether all metrics were written. */
  public boolean metricsComplete() {
    return metrics == null || metrics.complete();
  }

  /** What early stopping has seen. */
  public EarlyStopping.Watch watch() {
    return watch;
  }

  public TrainingCounters counters() {
    return counters;
  }

  public Evaluator evaluator() {
    return evaluator;
  }
}
