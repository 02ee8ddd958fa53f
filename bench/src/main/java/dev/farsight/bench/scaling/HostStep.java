package dev.farsight.bench.scaling;

/**
 * What was measured on one host.
 *
 * @param name for tables
 * @param seconds of a step in which its ranks exchange among themselves
 * @param deviation of a rank's step, as a share of it
 * @param copyBytesPerSecond between a device and its host's memory, each way; infinite for CPUs
 */
record HostStep(String name, double seconds, double deviation, double copyBytesPerSecond) {}
