package dev.farsight.bench.scaling;

/**
 * How much longer the slowest of some ranks takes than the mean one, if their times are independent
 * and normal: in standard deviations, the expected maximum of so many normal numbers.
 */
final class Straggler {

  private static final double FAR = 9;
  private static final int INTERVALS = 3_600;

  private Straggler() {}

  /**
   * A step's time in units of the mean rank's.
   *
   * @param deviation of a rank's time, as a share of it
   */
  static double factor(double deviation, int ranks) {
    return 1 + deviation * expectedMaximum(ranks);
  }

  /** The integral of x over the density of the maximum, n phi(x) PHI(x)^(n-1), by trapezoids. */
  static double expectedMaximum(int of) {
    double step = 2 * FAR / INTERVALS;
    double below = 0;
    double sum = 0;
    double before = density(-FAR);
    for (int i = 1; i <= INTERVALS; i++) {
      double x = -FAR + i * step;
      double density = density(x);
      below += (before + density) / 2 * step;
      sum += x * of * density * Math.pow(Math.min(1, below), of - 1);
      before = density;
    }
    return sum * step;
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
