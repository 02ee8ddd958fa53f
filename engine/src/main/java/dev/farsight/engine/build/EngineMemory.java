package dev.farsight.engine.build;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.FullResidency;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.plan.Deduper;
import dev.farsight.engine.plan.ExchangeOrder;
import dev.farsight.engine.plan.LookAhead;
import dev.farsight.engine.plan.LookupOrder;
import dev.farsight.engine.plan.OwnedRows;
import dev.farsight.engine.plan.UniqueRows;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;

/**
 * The memory that the engine itself takes: carriers and cache. Who allocates memory states its
 * bytes, in {@code heapBytes} or {@code bufferBytes} next to the allocation; here they are only
 * added up. As if the host searched for unique rows and ordered lookups, which a device may do.
 */
final class EngineMemory {

  private final EngineSettings settings;
  private final Components components;
  private final Shapes shapes;
  private final BatchSchema schema;

  EngineMemory(EngineSettings settings, Components components, Shapes shapes) {
    this.settings = settings;
    this.components = components;
    this.shapes = shapes;
    schema = shapes.step().schema();
  }

  MemoryForecast forecast() {
    return shapes.ranks().stream()
        .map(rank -> carriers(rank).plus(cache(rank)))
        .reduce(MemoryForecast.none(), MemoryForecast::plus);
  }

  private MemoryForecast carriers(RankShape rank) {
    int batches = settings.batchesInUse();
    int inputs = settings.plansInUse();
    // One more, with which rows are moved while nothing runs.
    int plans = inputs + 1;
    int batchSize = shapes.step().batchSize();
    int maxUnique = shapes.step().maxUniqueRows();
    int groups = shapes.groups().count();
    ExchangeShape exchange = shapes.step().exchange();
    long buffers =
        batches * Batch.bufferBytes(schema, batchSize)
            + inputs * StepInput.bufferBytes(schema, batchSize, maxUnique)
            + plans * RowMoves.bufferBytes(rank.maxMoves());
    long ahead =
        batches
            * (Batch.heapBytes(schema, batchSize)
                + UniqueRows.heapBytes(schema, batchSize, maxUnique, groups));
    long search =
        Deduper.heapBytes(schema, batchSize, groups)
            + LookupOrder.heapBytes(schema, batchSize, maxUnique, settings.plannerThreads());
    if (exchange != null) {
      buffers += inputs * RowExchange.bufferBytes(exchange);
      ahead += batches * OwnedRows.heapBytes(exchange, rank.regionCount());
      search += ExchangeOrder.heapBytes(exchange);
    }
    return MemoryForecast.of(Tier.HOST, "buffers of batches and plans", buffers)
        .plus(MemoryForecast.of(Tier.HEAP, "batches read ahead", ahead))
        .plus(
            MemoryForecast.of(
                Tier.HEAP,
                "plans",
                plans * CachePlan.heapBytes(rank.maxRows(), rank.maxMoves(), rank.regions())))
        .plus(MemoryForecast.of(Tier.HEAP, "search for unique rows", search));
  }

  private MemoryForecast cache(RankShape rank) {
    long rows = schema.tables().rows();
    if (shapes.full()) {
      return MemoryForecast.of(
          Tier.HEAP, "index of the cache", FullResidency.heapBytes(rows, shapes.ranks().size()));
    }
    MemoryForecast cache =
        MemoryForecast.of(
                Tier.HEAP,
                "index of the cache",
                PartialResidency.heapBytes(rank.regions(), rank.maxRows(), rank.outRows()))
            .plus(MemoryForecast.of(Tier.HEAP, "cache policy", policies(rank)));
    if (!Specs.looksAhead(settings, components, shapes)) {
      return cache;
    }
    long uses = (long) settings.batchesInUse() * rank.maxRows();
    long lookAhead =
        LookAhead.heapBytes(settings.lookAhead(), rank.maxRows())
            + RowIndexes.lastUseBytes(rows, uses);
    return cache.plus(MemoryForecast.of(Tier.HEAP, "look-ahead, at most", lookAhead));
  }

  private long policies(RankShape rank) {
    CachePolicyFactory factory = components.policy(settings.farsight());
    Settings cache = settings.farsight().section("cache");
    Settings own = cache.section(cache.string("policy"));
    int maxNote = PartialResidency.maxNote(schema.tables().rows(), rank.outRows());
    return rank.regions().slotsByRegion().stream()
        .mapToLong(
            slots ->
                factory.heapBytes(
                    new PolicyContext(slots, settings.seed(), own, RowFrequencies.NONE, maxNote)))
        .sum();
  }
}
