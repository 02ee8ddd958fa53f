package dev.farsight.engine;

import dev.farsight.api.MemoryForecast;

/**
 * The sizes that a configuration leads to, known before anything is opened.
 *
 * @param slots slots of all regions, or the number of rows where all are resident
 * @param full whether every row is resident
 * @param rowBytes bytes of a row, weights and optimizer state
 * @param flopsPerSample floating-point operations of a training step's matrix products, a sample
 * @param memory what the run will take
 */
public record Outlook(
    int slots, boolean full, int rowBytes, long flopsPerSample, MemoryForecast memory) {}
