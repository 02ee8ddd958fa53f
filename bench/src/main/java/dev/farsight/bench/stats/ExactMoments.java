package dev.farsight.bench.stats;

import java.io.Serial;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Mean and deviation of float values, without rounding until the end: so they do not depend on the
 * order of the values, nor on who added which. Significands, and their squares in two halves, are
 * added up by exponent, which has room for 2^39 values. 6 KiB. Used by one thread at a time.
 */
final class ExactMoments implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  private static final int EXPONENTS = 255;
  private static final int HALF = 24;

  /** The unit of the lowest exponent. */
  private static final int LOWEST = -149;

  private long count;
  private boolean finite = true;
  private final long[] sums = new long[EXPONENTS];
  private final long[] highSquares = new long[EXPONENTS];
  private final long[] lowSquares = new long[EXPONENTS];

  void add(float value) {
    int bits = Float.floatToRawIntBits(value);
    int exponent = (bits >>> 23) & 0xff;
    long significand = bits & 0x7fffff;
    count++;
    if (exponent == 0xff) {
      finite = false;
      return;
    }
    if (exponent == 0) {
      exponent = 1; // subnormal
    } else {
      significand |= 0x800000;
    }
    sums[exponent] += bits < 0 ? -significand : significand;
    long square = significand * significand;
    highSquares[exponent] += square >>> HALF;
    lowSquares[exponent] += square & ((1 << HALF) - 1);
  }

  /** Adds the values of another one. */
  void add(ExactMoments other) {
    count += other.count;
    finite &= other.finite;
    for (int e = 0; e < EXPONENTS; e++) {
      sums[e] += other.sums[e];
      highSquares[e] += other.highSquares[e];
      lowSquares[e] += other.lowSquares[e];
    }
  }

  /** 0 of no values; NaN if one is not finite. */
  double mean() {
    if (count == 0 || !finite) {
      return finite ? 0 : Double.NaN;
    }
    return ratio(sum(), BigInteger.valueOf(count)) * Math.scalb(1.0, LOWEST);
  }

  /** Of the values themselves, not of what they are a sample of. 0 of no values. */
  double deviation() {
    if (count == 0 || !finite) {
      return finite ? 0 : Double.NaN;
    }
    BigInteger n = BigInteger.valueOf(count);
    BigInteger variance = squares().multiply(n).subtract(sum().pow(2));
    return Math.sqrt(ratio(variance, n.pow(2))) * Math.scalb(1.0, LOWEST);
  }

  private static double ratio(BigInteger of, BigInteger by) {
    return new BigDecimal(of).divide(new BigDecimal(by), MathContext.DECIMAL128).doubleValue();
  }

  /** In units of the lowest exponent. */
  private BigInteger sum() {
    BigInteger sum = BigInteger.ZERO;
    for (int e = 1; e < EXPONENTS; e++) {
      sum = sum.add(BigInteger.valueOf(sums[e]).shiftLeft(e - 1));
    }
    return sum;
  }

  /** In units of the square of that. */
  private BigInteger squares() {
    BigInteger sum = BigInteger.ZERO;
    for (int e = 1; e < EXPONENTS; e++) {
      BigInteger both =
          BigInteger.valueOf(highSquares[e]).shiftLeft(HALF).add(BigInteger.valueOf(lowSquares[e]));
      sum = sum.add(both.shiftLeft(2 * (e - 1)));
    }
    return sum;
  }
}
