package dev.farsight.bench.quick;

import java.util.Arrays;

/**
 * Measures rates: warms up, then takes the median of some rounds, so that one hiccup counts little.
 */
final class Clock {

  private static final int ROUNDS = 5;

  private final double seconds;

  /**
   * @param seconds of measuring; as long again is warm-up
   */
  Clock(double seconds) {
    this.seconds = seconds;
  }

  /** Calls a second, times what each call does. */
  double rate(double amount, Runnable work) {
    return rate(amount, work, () -> {});
  }

  /**
   * As {@link #rate(double, Runnable)}.
   *
   * @param before runs before each call, with the clock stopped
   */
  double rate(double amount, Runnable work, Runnable before) {
    round(amount, work, before, seconds);
    double[] rates = new double[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
      rates[r] = round(amount, work, before, seconds / ROUNDS);
    }
    Arrays.sort(rates);
    return rates[ROUNDS / 2];
  }

  private static double round(double amount, Runnable work, Runnable before, double seconds) {
    long nanos = 0;
    long calls = 0;
    while (nanos < seconds * 1e9 || calls == 0) {
      before.run();
      long start = System.nanoTime();
      work.run();
      nanos += System.nanoTime() - start;
      calls++;
    }
    return amount * calls / (nanos / 1e9);
  }
}
