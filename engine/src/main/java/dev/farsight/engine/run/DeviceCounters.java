package dev.farsight.engine.run;

import dev.farsight.api.compute.RowExchange;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.checkpoint.DeviceProgress;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.ExchangeCounters;
import dev.farsight.engine.pipeline.StageTimes;
import dev.farsight.engine.pipeline.StepResults;

/**
 * What one device has counted: what was asked of its cache, what it exchanged with the others, and
 * how long its stages worked. With several devices, a batch costs a few nanoseconds for each row
 * that was loaded or forwarded. Not thread-safe.
 */
public final class DeviceCounters {

  private final CacheCounters cache;
  private final ExchangeCounters exchange;
  private StageTimes stages;

  DeviceCounters() {
    this(new CacheCounters(), new ExchangeCounters(), StageTimes.ZERO);
  }

  private DeviceCounters(CacheCounters cache, ExchangeCounters exchange, StageTimes stages) {
    this.cache = cache;
    this.exchange = exchange;
    this.stages = stages;
  }

  /** Counters that continue from those of a checkpoint. */
  static DeviceCounters of(DeviceProgress progress) {
    return new DeviceCounters(
        CacheCounters.of(progress.cache()),
        ExchangeCounters.of(progress.exchange()),
        progress.stages());
  }

  DeviceProgress progress() {
    return new DeviceProgress(cache.values(), exchange.values(), stages);
  }

  /**
   * Adds a batch.
   *
   * @param index of the device among those of this process
   * @param gradients whether gradients of rows are exchanged
   */
  void add(StepResults results, int index, boolean gradients) {
    CachePlan plan = results.plan(index);
    RowExchange exchanged = results.input(index).exchange();
    if (exchanged == null) {
      cache.add(results.batch(index).lookups(), plan);
      return;
    }
    cache.add(plan.hits() + missedLookups(results.requested(index).request(), plan), plan);
    exchange.add(exchanged, results.rank(index), gradients);
  }

  /** Lookups, by all ranks, of the rows that were not resident. */
  private static long missedLookups(RowRequest request, CachePlan plan) {
    return lookups(request, plan.loadPositions(), plan.moves().loads())
        + lookups(request, plan.forwardPositions(), plan.moves().forwards());
  }

  private static long lookups(RowRequest request, int[] positions, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += request.occurrences()[positions[i]];
    }
    return sum;
  }

  /** A phase has ended, in which the stages worked so long. */
  void endPhase(StageTimes times) {
    stages = stages.plus(times);
  }

  /** What was asked of the device's cache, by the samples of all devices. */
  public CacheCounters cache() {
    return cache;
  }

  public ExchangeCounters exchange() {
    return exchange;
  }

  /** How long its stages worked in the phases that have ended. */
  public StageTimes stages() {
    return stages;
  }
}
