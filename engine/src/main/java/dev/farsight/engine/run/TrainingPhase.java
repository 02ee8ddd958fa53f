package dev.farsight.engine.run;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.model.OptimizerUpdates;
import dev.farsight.engine.pipeline.Phase;
import dev.farsight.engine.pipeline.StepResults;
import java.util.function.BooleanSupplier;

/** Trains on a number of batches: counts each step, writes metrics, and sends events. */
final class TrainingPhase implements Phase {

  /**
   * What the phases of a run have in common.
   *
   * @param rates the learning rates, which change between phases only by evaluations
   * @param metrics null if none are written
   * @param metricsEvery steps from one line of metrics to the next
   * @param figures tells what was counted, now and then
   */
  record Setup(
      CurrentRates rates,
      TrainingCounters counters,
      MetricsFile metrics,
      int metricsEvery,
      FiguresMeter figures,
      RunListener events) {}

  private final Setup setup;
  private final BatchSource source;
  private final long maxBatches;
  private final long totalSteps;
  private final long firstStep;
  private final OptimizerUpdates updatesBefore;
  private final BooleanSupplier pauseDue;

  /**
   * @param totalSteps steps of the whole run; 0 if unknown
   * @param pauseDue see {@link Phase#pauseDue}
   */
  TrainingPhase(
      Setup setup, BatchSource source, long maxBatches, long totalSteps, BooleanSupplier pauseDue) {
    this.setup = setup;
    this.source = source;
    this.maxBatches = maxBatches;
    this.totalSteps = totalSteps;
    firstStep = setup.counters().steps();
    updatesBefore = setup.counters().updates();
    this.pauseDue = pauseDue;
  }

  @Override
  public BatchSource source() {
    return source;
  }

  @Override
  public long maxBatches() {
    return maxBatches;
  }

  @Override
  public boolean training() {
    return true;
  }

  @Override
  public long firstStep() {
    return firstStep;
  }

  @Override
  public boolean pauseDue() {
    return pauseDue.getAsBoolean();
  }

  @Override
  public void describe(long batch, StepInput input) {
    long step = firstStep + batch;
    input.step(step);
    input.learningRates(setup.rates().rows(step), setup.rates().dense(step));
    input.updates(updatesBefore.rows() + batch, updatesBefore.dense() + batch);
  }

  @Override
  public void stepped(long batch, StepResults results) {
    TrainingCounters counters = setup.counters();
    counters.add(results);
    long steps = counters.steps();
    float loss = results.loss();
    double hitRatio = counters.hitRatio(results);
    double samplesPerSecond = counters.samples() / counters.seconds();
    if (setup.metrics() != null && steps % setup.metricsEvery() == 0) {
      setup.metrics().step(steps, loss, samplesPerSecond, hitRatio);
    }
    double stepsPerSecond = steps / counters.seconds();
    setup
        .events()
        .step(
            new StepProgress(steps, totalSteps, loss, samplesPerSecond, stepsPerSecond, hitRatio));
    setup.figures().stepped(results);
  }
}
