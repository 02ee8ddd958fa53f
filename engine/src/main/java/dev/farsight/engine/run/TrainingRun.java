package dev.farsight.engine.run;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.checkpoint.ResumePoint;
import dev.farsight.engine.checkpoint.RunProgress;
import dev.farsight.engine.data.SplitSetting;
import dev.farsight.engine.data.StepPass;
import dev.farsight.engine.event.BestRestored;
import dev.farsight.engine.event.EpochBegun;
import dev.farsight.engine.event.EpochEnded;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StoppedEarly;
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
  private final RunListener events;

  /** Null if the run only evaluates. */
  private final MetricsFile metrics;

  private final TrainingSchedule schedule;
  private final EarlyStopping.Watch watch;
  private final CurrentRates rates;
  private final TrainingCounters counters;
  private final Evaluator evaluator;
  private final CheckpointTaker checkpoints;
  private final FiguresMeter figures;
  private final TrainingPhase.Setup phases;
  private final RowReset rowReset;

  /** Null unless the run went back to its best evaluation. */
  private Trained restored;

  /** The failure of the evaluation after the last step; null if it did not fail. */
  private Throwable lastEvaluationFailure;

  /**
   * Continues from the session's checkpoint, if there is one.
   *
   * @param metrics null if the run only evaluates
   */
  public TrainingRun(
      Session session, RunListener events, MetricsFile metrics, CheckpointSettings checkpointing) {
    this.session = session;
    this.settings = session.settings();
    this.events = events;
    this.metrics = metrics;
    schedule = schedule(settings, checkpointing.everySteps());
    watch = settings.earlyStopping().watch();
    rates = new CurrentRates(settings.learningRates(), events);
    counters =
        new TrainingCounters(
            session.data().schema().tables(),
            settings.warmUpSteps(),
            session.checkpoints() != null,
            session.loadedUpdates(),
            !settings.optimizer().freezeRows(),
            session.lanes().size());
    session.resumePoint().ifPresent(this::resume);
    evaluator = new Evaluator(session, counters, metrics, events);
    checkpoints =
        new CheckpointTaker(
            session,
            checkpointing,
            counters,
            watch,
            rates,
            metrics,
            events,
            session.resumePoint().map(ResumePoint::step).orElse(-1L));
    figures = new FiguresMeter(session, counters, events);
    phases =
        new TrainingPhase.Setup(rates, counters, metrics, settings.metricsEvery(), figures, events);
    rowReset = new RowReset(session, counters, events);
  }

  private void resume(ResumePoint point) {
    RunProgress progress = point.progress();
    counters.resume(progress);
    point.addLossesTo(counters.losses());
    watch.resume(progress.best(), progress.evaluationsSinceBest());
    rates.resume(progress.optimizer());
  }

  /**
   * Trains to the end of the last epoch, to the last step, or until training should stop. If an
   * evaluation that is due after the last step fails, {@link #evaluateAtEnd} throws the failure.
   */
  public void train() {
    boolean ended = evaluateIfMissed();
    ended |= isOver();
    checkpoints.take(true);
    while (counters.epoch() < settings.epochs() && !ended) {
      ended = !trainEpoch();
    }
    figures.ended();
    if (watch.shouldStop()) {
      tellStoppedEarly();
    }
    if (counters.saturatedWeights() > 0) {
      LOG.warn(
          "{} weights of rows were beyond the largest number of {} and became that number; a lower learning rate, optimizer.weight-decay or model.max-norm keeps them smaller",
          counters.saturatedWeights(),
          session.store().spec().format().precision().configName());
    }
    if (checkpoints.isBehind()) {
      checkpoints.take(!session.pipeline().stopped() && lastEvaluationFailure == null);
    }
  }

  /** Trains the current epoch; returns whether another one follows. */
  private boolean trainEpoch() {
    int epoch = counters.epoch() + 1;
    events.epochBegun(
        new EpochBegun(epoch, settings.epochs(), counters.steps(), counters.samplesInEpoch()));
    rowReset.beginEpoch();
    events.phase(settings.epochs() == 1 ? "training" : "training, epoch " + epoch);
    boolean complete;
    try (BatchSource source = openPass(counters.epoch())) {
      complete = trainAll(source);
      counters.endSource(DataFaults.of(source));
    }
    boolean ended = !complete || endEpoch();
    events.epochEnded(new EpochEnded(epoch, settings.epochs(), counters.steps(), complete));
    return !ended;
  }

  private BatchSource openPass(int epoch) {
    return StepPass.of(
        session.data(), session.ranks(), settings.batchSize(), () -> session.data().train(epoch));
  }

  private void tellStoppedEarly() {
    LOG.info(
        "stopped early after step {}: {} was best after step {}, with {}",
        counters.steps(),
        watch.metric(),
        watch.best().step(),
        watch.bestValue());
    events.stoppedEarly(
        new StoppedEarly(
            counters.steps(),
            watch.metric(),
            watch.best().step(),
            watch.bestValue(),
            settings.earlyStopping().patience()));
  }

  /**
   * A run that was stopped between a step and the evaluation after it makes up for that when it
   * resumes, as learning rates depend on it. Returns whether training should stop. That of the end
   * of an epoch is made up for by ending the epoch again.
   */
  private boolean evaluateIfMissed() {
    long steps = counters.steps();
    return steps > 0
        && schedule.isEvaluationDue(steps)
        && rates.lacks(steps)
        && evaluateAndDecide();
  }

  /**
   * Whether nothing is left to train. After the last step, an evaluation may be due that the end of
   * an epoch brings.
   */
  private boolean isOver() {
    boolean betweenEpochs = counters.samplesInEpoch() == 0;
    return watch.shouldStop()
        || (schedule.isEnd(counters.steps()) && (betweenEpochs || !evaluatesAfterEpoch()));
  }

  private boolean evaluatesAfterEpoch() {
    return settings.evalEvery().isDueAfterEpoch(counters.epoch());
  }

  /**
   * Evaluates if that is due, and goes on to the next epoch: so a checkpoint of that step does not
   * lead to the evaluation once more. Returns whether training ends.
   */
  private boolean endEpoch() {
    boolean last = counters.epoch() + 1 == settings.epochs() || schedule.isEnd(counters.steps());
    if (!evaluatesAfterEpoch()) {
      counters.nextEpoch();
      return schedule.isEnd(counters.steps());
    }
    if (!evaluate(last)) {
      return true;
    }
    counters.nextEpoch();
    return decide() || schedule.isEnd(counters.steps());
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
              + "; check "
              + SplitSetting.ofTraining(settings.farsight().section("data"))
              + " and data.on-bad-row");
    }
  }

  private String badRows() {
    long badRows = counters.faults().badRows();
    return badRows == 0 ? "" : " after " + badRows + " malformed rows were skipped";
  }

  /** Returns whether the epoch was trained to its end; if not, training ends before. */
  private boolean trainAll(BatchSource source) {
    if (counters.samplesInEpoch() > 0) {
      source.skip(counters.samplesInEpoch(), newBatch());
    }
    while (true) {
      long stepsBefore = counters.steps();
      long wantedSteps = schedule.stepsUntilNext(stepsBefore);
      DeadlineSource untilDue = checkpoints.untilDue(source);
      trainPhase(untilDue, wantedSteps);
      if (session.pipeline().stopped()) {
        return false;
      }
      long steps = counters.steps();
      boolean due = untilDue.isDue() || session.pipeline().paused();
      boolean sourceEnded = steps - stepsBefore < wantedSteps && !due;
      if (!sourceEnded && schedule.isEvaluationDue(steps) && evaluateAndDecide()) {
        return false;
      }
      if (schedule.isCheckpointDue(steps) || due) {
        checkpoints.take(true);
      }
      if (sourceEnded) {
        return true;
      }
      if (schedule.isEnd(steps)) {
        return evaluatesAfterEpoch() && hasEnded(source);
      }
    }
  }

  /**
   * Whether a source has no sample left, which it alone knows. That it cannot be read further is no
   * failure of a run that needs no more of it.
   */
  private boolean hasEnded(BatchSource source) {
    try {
      return !source.next(newBatch());
    } catch (FarsightException e) {
      return false;
    }
  }

  private Batch newBatch() {
    return new Batch(session.data().schema(), settings.batchSize(), HostBuffers.plain());
  }

  private void trainPhase(BatchSource source, long batches) {
    var phase = new TrainingPhase(phases, source, batches, totalSteps(), checkpoints::isDue);
    counters.beginPhase();
    session.pipeline().run(phase);
    counters.endPhase(session.pipeline());
  }

  /** Steps of the whole run; 0 if unknown. */
  public long totalSteps() {
    return totalSteps(settings, session.data().trainSamples());
  }

  /**
   * Steps of a whole run at most; 0 if unknown.
   *
   * @param trainSamples of an epoch
   */
  public static long totalSteps(EngineSettings settings, long trainSamples) {
    return schedule(settings, 0).totalSteps(trainSamples, settings.batchSize(), settings.epochs());
  }

  private static TrainingSchedule schedule(EngineSettings settings, long checkpointEvery) {
    return new TrainingSchedule(settings.maxSteps(), settings.evalEvery().steps(), checkpointEvery);
  }

  /** Evaluates; returns whether training should stop. */
  private boolean evaluateAndDecide() {
    return !evaluate(counters.steps() == totalSteps()) || decide();
  }

  /**
   * Evaluates; returns false if the evaluation was stopped, or failed after the last step.
   *
   * @param last whether this is after the last step
   */
  private boolean evaluate(boolean last) {
    try {
      evaluator.evaluateInTraining();
    } catch (RuntimeException | Error e) {
      if (!last) {
        throw e;
      }
      lastEvaluationFailure = e;
      return false;
    }
    return !session.pipeline().stopped();
  }

  /** Compares the last evaluation with the best; returns whether training should stop. */
  private boolean decide() {
    Quality quality = evaluator.quality();
    if (quality != null) {
      rates.evaluated(counters.steps(), quality);
    }
    boolean enough = quality != null && watch.stopAfter(counters.steps(), quality);
    if (watch.stepToRestore() == counters.steps()) {
      checkpoints.take(true);
    }
    return enough;
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
    restored = new BestState(session).restore(step).orElse(null);
    if (restored != null) {
      events.bestRestored(new BestRestored(step));
    }
    return restored != null;
  }

  /** Evaluates after {@link #returnToBest}; changes no weight. */
  public void evaluateRestored() {
    evaluator.evaluateRestored(restored.steps());
  }

  /** The step that the run went back to at its end; -1 if it did not. */
  public long restoredStep() {
    return restored == null ? -1 : restored.steps();
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

  /** The learning rates. */
  public CurrentRates rates() {
    return rates;
  }

  /** How far the model has been trained, as it now is. */
  public Trained trained() {
    return restored == null
        ? new Trained(
            counters.steps(), counters.samples(), counters.losses().hex(), counters.updates())
        : restored;
  }

  public TrainingCounters counters() {
    return counters;
  }

  public Evaluator evaluator() {
    return evaluator;
  }
}
