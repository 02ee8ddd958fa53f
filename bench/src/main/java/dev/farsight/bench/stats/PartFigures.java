package dev.farsight.bench.stats;

/**
 * The training part of the data, or the evaluation part.
 *
 * @param rows read as samples
 * @param clickRate share of the labels that are 1; null without labels or samples
 * @param badRows left out because they are malformed
 * @param truncatedBags cut short because they are too long
 */
public record PartFigures(long rows, Double clickRate, long badRows, long truncatedBags) {}
