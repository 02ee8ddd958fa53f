package dev.farsight.bench.stats;

/**
 * A categorical feature of the training part.
 *
 * @param table position of its table
 * @param missing share of the samples without a value; null where the source has no raw values
 * @param lookups of all samples
 * @param meanLookups of a sample
 * @param mostLookups of a sample
 * @param values distinct raw values, estimated; null where the source has none
 */
public record FeatureFigures(
    String name,
    int table,
    Double missing,
    long lookups,
    double meanLookups,
    int mostLookups,
    Long values) {}
