package dev.farsight.engine.run;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.pipeline.Phase;
import dev.farsight.engine.settings.LearningRate;

/** Trains on a number of batches: counts each step, writes metrics, and sends events. */
final class TrainingPhase implements Phase {

  /**
   * What the phases of a run have in common.
   *
   * @param metrics null if none are written
   * @param metricsEvery steps from one line of metrics to the next
   */
  record Setup(
      LearningRate learningRate,
      TrainingCounters counters,
      MetricsFile metrics,
      int metricsEvery,
      RunEvents events) {}

  private final Setup setup;
  private final BatchSource source;
  private final long maxBatches;
  private final long totalSteps;
  private final long firstStep;
  private final long rowsDrawnStep;

  /**
   * @param totalSteps steps of the whole run; 0 if unknown
   */
  TrainingPhase(Setup setup, BatchSource source, long maxBatches, long totalSteps) {
    this.setup = setup;
    this.source = source;
    this.maxBatches = maxBatches;
    this.totalSteps = totalSteps;
    firstStep = setup.counters().steps();
    rowsDrawnStep = firstStep - setup.counters().stepsSinceReset();
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
  public long rowsDrawnStep() {
    return rowsDrawnStep;
  }

  @Override
  public float learningRate(long batch) {
    return setup.learningRate().at(firstStep + batch);
  }

  @Override
  public void stepped(long batch, Batch samples, StepInput result, CachePlan plan) {
    TrainingCounters counters = setup.counters();
    counters.add(samples, result, plan);
    long steps = counters.steps();
    float loss = result.loss().get(0);
    double hitRatio = counters.cache().hitRatio();
    double samplesPerSecond = counters.samples() / counters.seconds();
    if (setup.metrics() != null && steps % setup.metricsEvery() == 0) {
      setup.metrics().step(steps, loss, samplesPerSecond, hitRatio);
    }
    double stepsPerSecond = steps / counters.seconds();
    setup.events().step(steps, totalSteps, loss, samplesPerSecond, stepsPerSecond, hitRatio);
  }
}
