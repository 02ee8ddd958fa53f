package dev.farsight.engine.build;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.cache.FullResidency;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.plan.LookAhead;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;

/** The memory of the cache: its index, policies and the look-ahead. */
final class CacheMemory {

  private final EngineSettings settings;
  private final Components components;
  private final Shapes shapes;

  CacheMemory(EngineSettings settings, Components components, Shapes shapes) {
    this.settings = settings;
    this.components = components;
    this.shapes = shapes;
  }

  /** Of one rank. */
  MemoryForecast forecast(RankShape rank) {
    long rows = shapes.tables().rows();
    if (shapes.full()) {
      int owners = shapes.columns() ? 1 : shapes.ranks().size();
      return MemoryForecast.of(
          Tier.HEAP, "index of the cache", FullResidency.heapBytes(rows, owners));
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
    int maxNote = PartialResidency.maxNote(shapes.tables().rows(), rank.outRows());
    return rank.regions().slotsByRegion().stream()
        .mapToLong(
            slots ->
                factory.heapBytes(
                    new PolicyContext(slots, settings.seed(), own, RowFrequencies.NONE, maxNote)))
        .sum();
  }
}
