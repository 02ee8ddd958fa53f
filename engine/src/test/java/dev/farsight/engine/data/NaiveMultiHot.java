package dev.farsight.engine.data;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * MLPerf's tables as the published recipe makes them, by MT19937 as its authors define it, in
 * integers that do not overflow: one output at a time. For small tables only.
 */
public final class NaiveMultiHot {

  private static final BigInteger TWO_32 = BigInteger.ONE.shiftLeft(32);

  private final BigInteger[] x = new BigInteger[624];
  private int position = 624;

  NaiveMultiHot(long seed) {
    x[0] = BigInteger.valueOf(seed).mod(TWO_32);
    for (int i = 1; i < 624; i++) {
      x[i] =
          x[i - 1]
              .xor(x[i - 1].shiftRight(30))
              .multiply(BigInteger.valueOf(1812433253L))
              .add(BigInteger.valueOf(i))
              .mod(TWO_32);
    }
  }

  /** The next output, of 32 bits. */
  long next() {
    if (position == 624) {
      for (int k = 0; k < 624; k++) {
        twist(k);
      }
      position = 0;
    }
    BigInteger y = x[position++];
    y = y.xor(y.shiftRight(11));
    y = y.xor(y.shiftLeft(7).and(BigInteger.valueOf(0x9D2C5680L)));
    y = y.xor(y.shiftLeft(15).and(BigInteger.valueOf(0xEFC60000L)));
    y = y.xor(y.shiftRight(18));
    return y.mod(TWO_32).longValueExact();
  }

  private void twist(int k) {
    BigInteger top = x[k].testBit(31) ? BigInteger.ONE.shiftLeft(31) : BigInteger.ZERO;
    BigInteger y = top.add(x[(k + 1) % 624].clearBit(31));
    BigInteger shifted = x[(k + 397) % 624].xor(y.shiftRight(1));
    x[k] = y.testBit(0) ? shifted.xor(BigInteger.valueOf(0x9908B0DFL)) : shifted;
  }

  /** A number below a bound: the lowest bits of the first output for which they are below it. */
  int below(int bound) {
    if (bound == 1) {
      return 0;
    }
    long range = 1;
    while (range < bound) {
      range *= 2;
    }
    long number = bound;
    while (number >= bound) {
      number = next() % range;
    }
    return (int) number;
  }

  /** The tables, by feature, row and position. */
  public static List<int[][]> tables(int[] rows, int[] lookups) {
    var random = new NaiveMultiHot(0);
    var tables = new ArrayList<int[][]>();
    for (int f = 0; f < rows.length; f++) {
      var table = new int[rows[f]][lookups[f] - 1];
      for (int[] row : table) {
        for (int i = 0; i < row.length; i++) {
          row[i] = random.below(rows[f]);
        }
      }
      tables.add(table);
    }
    return tables;
  }
}
