package dev.farsight.engine;

import dev.farsight.api.MemoryForecast;
import dev.farsight.engine.build.CacheFit;
import dev.farsight.engine.build.FirstBatches;

/**
 * What can be known of a run without opening it.
 *
 * @param memory the memory that it will take
 * @param cache how large the cache is, and which batches it holds
 * @param batches what its first batches look up; none where telling it would take long
 * @param trainSamples samples for training; {@link dev.farsight.api.data.DataSource#UNKNOWN} if
 *     only a pass tells
 * @param evalSamples the same for evaluation
 * @param steps steps of the whole run at most; 0 if unknown
 */
public record Preview(
    MemoryForecast memory,
    CacheFit cache,
    FirstBatches batches,
    long trainSamples,
    long evalSamples,
    long steps) {}
