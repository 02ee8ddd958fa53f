package dev.farsight.engine.sharding;

/**
 * What a step is expected to cost one device, beside what it computes.
 *
 * @param exchangeBytes weights and gradients that it sends to other devices
 * @param exchangeSeconds time to send and receive them
 * @param updateSeconds time to read the rows and gradients of lookups, and to update rows
 * @param moveSeconds time to fetch rows from the host, while others are written back
 */
public record StepCost(
    long exchangeBytes, double exchangeSeconds, double updateSeconds, double moveSeconds) {

  public double seconds() {
    return exchangeSeconds + updateSeconds + moveSeconds;
  }
}
