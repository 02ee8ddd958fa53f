package dev.farsight.engine;

import dev.farsight.api.MemoryForecast;
import dev.farsight.engine.build.CacheFit;

/**
 * The sizes that follow from a configuration, known before anything is opened.
 *
 * @param slots slots of all regions; the number of rows if every row is resident
 * @param full whether every row is resident
 * @param rowBytes bytes of a row, weights and optimizer state
 * @param flopsPerSample floating-point operations per sample of a training step's matrix products
 * @param memory the memory that the run will take
 * @param cache how large the cache is, and whether it holds a batch
 */
public record Outlook(
    int slots,
    boolean full,
    int rowBytes,
    long flopsPerSample,
    MemoryForecast memory,
    CacheFit cache) {}
