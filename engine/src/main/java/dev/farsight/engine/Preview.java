package dev.farsight.engine;

import dev.farsight.api.MemoryForecast;
import dev.farsight.engine.build.CacheFit;
import dev.farsight.engine.build.FirstBatches;

/**
 * What can be known of a run without opening it.
 *
 * @param memory the memory that it will take
 * @param cache how large the cache is, and which batches it holds
 * @param batches what its first batches look up
 * @param steps steps of the whole run at most; 0 if unknown
 */
public record Preview(MemoryForecast memory, CacheFit cache, FirstBatches batches, long steps) {}
