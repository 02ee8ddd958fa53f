package dev.farsight.engine.run;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.event.RunListener;
import java.util.List;

/**
 * Repeats training steps of a run, from its beginning or from a checkpoint on. Writes no metrics,
 * and evaluates only if learning rates depend on it. Takes checkpoints only when told to. Used by
 * one thread.
 */
public final class ReplayRun {

  private final Session session;
  private final RunListener events;
  private final TrainingCounters counters;
  private final CheckpointTaker checkpoints;
  private final CurrentRates rates;
  private final FiguresMeter figures;
  private final Evaluator evaluator;
  private final RowReset rowReset;

  /**
   * @param session must have checkpoints
   */
  public ReplayRun(Session session, RunListener events) {
    this.session = session;
    this.events = events;
    counters =
        new TrainingCounters(
            session.data().schema().tables(),
            0,
            true,
            session.loadedUpdates(),
            !session.settings().optimizer().freezeRows(),
            session.lanes().size());
    rates = new CurrentRates(session.settings().learningRates(), events);
    figures = new FiguresMeter(session, counters, events);
    evaluator = new Evaluator(session, counters, null, events);
    session
        .resumePoint()
        .ifPresent(
            point -> {
              counters.resume(point.progress());
              rates.resume(point.progress().optimizer());
              point.addLossesTo(counters.losses());
            });
    checkpoints =
        new CheckpointTaker(
            session,
            CheckpointSettings.none(),
            counters,
            session.settings().earlyStopping().watch(),
            rates,
            null,
            events,
            -1);
    rowReset = new RowReset(session, counters, events);
  }

  /** Steps trained. */
  public long steps() {
    return counters.steps();
  }

  /** The loss of the last step; NaN before the first. */
  public float lastLoss() {
    return counters.lastLoss();
  }

  /**
   * Trains up to a step, unless the pipeline was stopped.
   *
   * @throws FarsightException if the data ends before
   */
  public void trainUntil(long step) {
    while (counters.steps() < step && !session.pipeline().stopped()) {
      rowReset.beginEpoch();
      evaluateIfMissed();
      long target = Math.min(step, nextEvaluation());
      boolean newEpoch = counters.samplesInEpoch() == 0;
      long stepsBefore = counters.steps();
      try (BatchSource source = openAtPosition()) {
        train(source, target - stepsBefore);
      }
      if (counters.steps() < target && !session.pipeline().stopped()) {
        if (newEpoch && counters.steps() == stepsBefore) {
          throw new FarsightException("the data has no batch to train on");
        }
        endEpoch();
      }
    }
  }

  /** The step after which to evaluate next. */
  private long nextEvaluation() {
    var settings = session.settings();
    long every = settings.evalEvery().steps();
    if (!settings.learningRates().followEvaluations() || every == 0) {
      return Long.MAX_VALUE;
    }
    return counters.steps() + every - counters.steps() % every;
  }

  private void endEpoch() {
    if (session.settings().evalEvery().isDueAfterEpoch(counters.epoch())) {
      evaluate();
    }
    counters.nextEpoch();
  }

  private void evaluateIfMissed() {
    long every = session.settings().evalEvery().steps();
    if (counters.steps() > 0 && every > 0 && counters.steps() % every == 0) {
      evaluate();
    }
  }

  /** Evaluates, if learning rates depend on it and it is not done yet. */
  private void evaluate() {
    if (!rates.lacks(counters.steps())) {
      return;
    }
    evaluator.evaluateInTraining();
    if (evaluator.quality() != null && !session.pipeline().stopped()) {
      rates.evaluated(counters.steps(), evaluator.quality());
    }
  }

  /**
   * Begins the epoch that the next step belongs to, if that is not done yet: rows that are drawn
   * anew with it are drawn now.
   */
  public void beginEpochOfNextStep() {
    if (!readNext(newBatch())) {
      endEpoch();
    }
    rowReset.beginEpoch();
  }

  private void train(BatchSource source, long batches) {
    var setup = new TrainingPhase.Setup(rates, counters, null, 1, figures, events);
    counters.beginPhase();
    session.pipeline().run(new TrainingPhase(setup, source, batches, 0, () -> false));
    counters.endPhase(session.pipeline());
  }

  /** The training data of the current epoch, after the samples that were trained. */
  private BatchSource openAtPosition() {
    BatchSource source = session.data().train(counters.epoch());
    if (counters.samplesInEpoch() > 0) {
      source.skip(counters.samplesInEpoch(), newBatch());
    }
    return source;
  }

  private Batch newBatch() {
    return new Batch(session.data().schema(), session.settings().batchSize(), HostBuffers.plain());
  }

  /** The rows that the next step will look up. */
  public RowBits rowsOfNextStep() {
    TableSet tables = session.data().schema().tables();
    var rows = new RowBits(tables.rows());
    beginEpochOfNextStep();
    Batch batch = newBatch();
    readNext(batch);
    List<Feature> features = batch.schema().features();
    for (int f = 0; f < features.size(); f++) {
      for (int i = 0; i < batch.lookups(f); i++) {
        rows.add(tables.rowId(features.get(f).table(), batch.indices(f)[i]));
      }
    }
    return rows;
  }

  private boolean readNext(Batch batch) {
    try (BatchSource source = openAtPosition()) {
      return source.next(batch);
    }
  }

  /** Brings every trained row to the store. */
  public void flush() {
    session.transfers().flush();
  }

  /** Takes a checkpoint and waits until it is on disk. */
  public void takeCheckpoint() {
    checkpoints.take(false);
    session.checkpoints().await();
  }
}
