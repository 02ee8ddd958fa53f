package dev.farsight.engine.build;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.engine.columns.ColumnStore;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;

/**
 * The memory that the engine itself takes: carriers and cache. Who allocates memory states its
 * bytes, in {@code heapBytes} or {@code bufferBytes} next to the allocation; here they are only
 * added up. As if the host searched for unique rows and ordered lookups, which a device may do.
 */
final class EngineMemory {

  private EngineMemory() {}

  static MemoryForecast forecast(EngineSettings settings, Components components, Shapes shapes) {
    var carriers = new CarrierMemory(settings, shapes);
    var caches = new CacheMemory(settings, components, shapes);
    return shapes.ranksOfProcess().stream()
        .map(rank -> carriers.forecast(rank).plus(caches.forecast(rank)))
        .reduce(MemoryForecast.none(), MemoryForecast::plus)
        .plus(columns(settings, shapes));
  }

  private static MemoryForecast columns(EngineSettings settings, Shapes shapes) {
    if (!shapes.columns()) {
      return MemoryForecast.none();
    }
    // Each rank has its share of the threads, at least one, to fetch and as many to write back.
    int threads = 2 * Math.max(shapes.ranks().size(), settings.storageThreads());
    return MemoryForecast.of(
        Tier.HEAP, "rows moved by columns", ColumnStore.bytes(shapes.format(), threads));
  }
}
