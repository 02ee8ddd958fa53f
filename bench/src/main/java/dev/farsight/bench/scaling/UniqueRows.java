package dev.farsight.bench.scaling;

import dev.farsight.datasets.synthetic.PowerLaw;

/**
 * How many different rows lookups are expected to hit, if the rows of a table follow the power law
 * of the generator: the sum over all rows of 1 - (1 - p)^lookups. The first ranks are summed one by
 * one, the others in stretches of a 64th of their rank, in which p hardly changes.
 */
final class UniqueRows {

  private static final int ONE_BY_ONE = 1 << 12;
  private static final int STRETCHES = 64;

  private UniqueRows() {}

  /**
   * @param lookups each drawn by itself
   */
  static double expected(int rows, double exponent, double lookups) {
    return expected(rows, exponent, lookups, rows);
  }

  /** Of the most frequent rows alone, at most so many. */
  static double expected(int rows, double exponent, double lookups, long hottest) {
    var law = new PowerLaw(rows, exponent);
    long end = Math.min(rows, hottest);
    double sum = 0;
    long rank = 0;
    while (rank < end) {
      long width = rank < ONE_BY_ONE ? 1 : Math.min(end - rank, rank / STRETCHES);
      double p = law.probability((int) (rank + width / 2));
      sum += width * hit(p, lookups);
      rank += width;
    }
    return sum;
  }

  private static double hit(double p, double lookups) {
    return -Math.expm1(lookups * Math.log1p(-p));
  }
}
