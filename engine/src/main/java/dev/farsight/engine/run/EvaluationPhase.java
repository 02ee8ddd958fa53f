package dev.farsight.engine.run;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.pipeline.Phase;

/** Evaluates all batches of a source. */
final class EvaluationPhase implements Phase {

  private final BatchSource source;
  private final Evaluation evaluation;
  private final CacheCounters cache;
  private final TableCounters tables;

  EvaluationPhase(
      BatchSource source, Evaluation evaluation, CacheCounters cache, TableCounters tables) {
    this.source = source;
    this.evaluation = evaluation;
    this.cache = cache;
    this.tables = tables;
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
  public long rowsDrawnStep() {
    return 0;
  }

  @Override
  public float learningRate(long batch) {
    return 0;
  }

  @Override
  public void stepped(long batch, Batch samples, StepInput result, CachePlan plan) {
    evaluation.add(samples, result);
    cache.add(samples, plan);
    tables.add(samples, result, plan);
  }
}
