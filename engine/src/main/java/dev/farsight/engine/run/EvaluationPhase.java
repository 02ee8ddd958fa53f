package dev.farsight.engine.run;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.pipeline.Phase;
import dev.farsight.engine.pipeline.StepResults;
import dev.farsight.engine.progress.ProgressMeter;

/** Evaluates all batches of a source. */
final class EvaluationPhase implements Phase {

  private final BatchSource source;
  private final Evaluation evaluation;
  private final ScoreExchange scores;
  private final CacheCounters cache;
  private final TableCounters tables;
  private final CountersByDevice devices;
  private final ProgressMeter meter;

  EvaluationPhase(
      BatchSource source,
      Evaluation evaluation,
      ScoreExchange scores,
      CacheCounters cache,
      TableCounters tables,
      CountersByDevice devices,
      ProgressMeter meter) {
    this.source = source;
    this.evaluation = evaluation;
    this.scores = scores;
    this.cache = cache;
    this.tables = tables;
    this.devices = devices;
    this.meter = meter;
  }

  @Override
  public BatchSource source() {
    return source;
  }

  @Override
  public long maxBatches() {
    return Long.MAX_VALUE;
  }

  @Override
  public boolean training() {
    return false;
  }

  @Override
  public long firstStep() {
    return 0;
  }

  @Override
  public void describe(long batch, StepInput input) {
    input.step(batch);
    input.learningRates(0, 0);
    input.updates(0, 0);
  }

  @Override
  public void stepped(long batch, StepResults results) {
    scores.add(results, evaluation);
    BatchCounts.add(results, cache, tables);
    devices.add(results, false);
    meter.add(results.samples());
  }
}
