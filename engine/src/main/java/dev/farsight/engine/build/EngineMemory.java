package dev.farsight.engine.build;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
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
import dev.farsight.engine.plan.LookAhead;
import dev.farsight.engine.plan.LookupOrder;
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
    int batches = settings.batchesInUse();
    int inputs = settings.plansInUse();
    // One more, with which rows are moved while nothing runs.
    int plans = inputs + 1;
    int batchSize = settings.batchSize();
    int maxRows = shapes.maxUniqueRows();
    int maxMoves = shapes.maxMoves();
    long buffers =
        batches * Batch.bufferBytes(schema, batchSize)
            + inputs * StepInput.bufferBytes(schema, batchSize, maxRows)
            + plans * RowMoves.bufferBytes(maxMoves);
    long ahead =
        batches
            * (Batch.heapBytes(schema, batchSize)
                + UniqueRows.heapBytes(schema, batchSize, maxRows, shapes.regionCount()));
    long search =
        Deduper.heapBytes(schema, batchSize, shapes.regionCount())
            + LookupOrder.heapBytes(schema, batchSize, maxRows, settings.plannerThreads());
    MemoryForecast carriers =
        MemoryForecast.of(Tier.HOST, "buffers of batches and plans", buffers)
            .plus(MemoryForecast.of(Tier.HEAP, "batches read ahead", ahead))
            .plus(
                MemoryForecast.of(
                    Tier.HEAP,
                    "plans",
                    plans * CachePlan.heapBytes(maxRows, maxMoves, shapes.regions())))
            .plus(MemoryForecast.of(Tier.HEAP, "search for unique rows", search));
    return carriers.plus(cache());
  }

  private MemoryForecast cache() {
    long rows = schema.tables().rows();
    if (shapes.full()) {
      return MemoryForecast.of(Tier.HEAP, "index of the cache", FullResidency.heapBytes(rows, 1));
    }
    MemoryForecast cache =
        MemoryForecast.of(
                Tier.HEAP,
                "index of the cache",
                PartialResidency.heapBytes(
                    shapes.regions(), shapes.maxUniqueRows(), shapes.outRows()))
            .plus(MemoryForecast.of(Tier.HEAP, "cache policy", policies()));
    if (!Specs.looksAhead(settings, components, shapes)) {
      return cache;
    }
    long uses = (long) settings.batchesInUse() * shapes.maxUniqueRows();
    long lookAhead =
        LookAhead.heapBytes(settings.lookAhead(), shapes.maxUniqueRows())
            + RowIndexes.lastUseBytes(rows, uses);
    return cache.plus(MemoryForecast.of(Tier.HEAP, "look-ahead, at most", lookAhead));
  }

  private long policies() {
    CachePolicyFactory factory = components.policy(settings.farsight());
    Settings cache = settings.farsight().section("cache");
    Settings own = cache.section(cache.string("policy"));
    int maxNote = PartialResidency.maxNote(schema.tables().rows(), shapes.outRows());
    return shapes.regions().slotsByRegion().stream()
        .mapToLong(
            slots ->
                factory.heapBytes(
                    new PolicyContext(slots, settings.seed(), own, RowFrequencies.NONE, maxNote)))
        .sum();
  }
}
