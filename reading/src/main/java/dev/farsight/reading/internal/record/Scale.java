package dev.farsight.reading.internal.record;

/**
 * What a dense column of the training part is like before it is standardised.
 *
 * @param deviation square root of the mean squared distance from the mean; 0 if all values are
 *     equal
 */
record Scale(double mean, double deviation) {}
