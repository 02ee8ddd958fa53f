package dev.farsight.bench.stats;

/**
 * A dense column of the training part, as the model is given it: after its transforms.
 *
 * @param missing share of the samples without a value; null where the source has no raw values
 */
public record DenseFigures(
    String name, Double missing, double min, double mean, double deviation, double max) {}
