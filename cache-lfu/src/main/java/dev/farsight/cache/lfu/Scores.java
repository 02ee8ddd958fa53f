package dev.farsight.cache.lfu;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Arithmetic of ageing counts by forward decay (Cormode and others, ICDE 2009): a lookup at time t
 * weighs 2^(t / half-life), and a row's <em>score</em> is log2 of the sum of its weights. Counts
 * age without being touched: decayed until now, a row's count is 2^(score - now), and two rows
 * change places only when one of them is looked up.
 *
 * <p>Scores are fixed-point numbers of 2^-20 octaves in a long, made from tables, so that they are
 * equal on every machine. Time counts rows planned. 2^42 half-lives fit, and a decayed count stops
 * growing at about a million, where another lookup is less than the last bit.
 */
final class Scores {

  /** Bits behind the point of a score. */
  static final int POINT = 20;

  /** Score of a row without lookups. */
  static final long NONE = Long.MIN_VALUE / 2;

  // log2(1 + 2^-d) for d from 0 to FAR octaves, in steps of 2^-8, interpolated in between.
  private static final int STEP = POINT - 8;
  private static final int FAR = 22;

  private long halfLife;
  // Nothing is left at FAR.
  private final int[] sums = new int[(FAR << (POINT - STEP)) + 2];

  // log2 of 1 + i / 1024, for the leading bits of a number of lookups.
  private static final int LEADING = 10;
  private final int[] logs = new int[1 << LEADING];

  private long now;
  private long rest;

  /**
   * @param halfLife rows planned until a lookup weighs half
   */
  Scores(long halfLife) {
    this.halfLife = halfLife;
    for (int i = 0; i < sums.length; i++) {
      sums[i] = fixed(1 + StrictMath.pow(2, -(double) (i << STEP) / (1 << POINT)));
    }
    for (int i = 0; i < logs.length; i++) {
      logs[i] = fixed(1 + (double) i / logs.length);
    }
  }

  private static int fixed(double x) {
    return (int) StrictMath.rint(StrictMath.log(x) / StrictMath.log(2) * (1 << POINT));
  }

  /** The time, as the score of a single lookup now. */
  long now() {
    return now;
  }

  /** Changes the half-life from now on. */
  void halfLife(long rows) {
    halfLife = rows;
  }

  /** Lets time pass. */
  void planned(int rows) {
    rest += (long) rows << POINT;
    now += rest / halfLife;
    rest %= halfLife;
  }

  /** A row's score after more lookups now, at least one. */
  long plus(long score, int lookups) {
    long gain = now + log2(lookups);
    int distance = (int) Math.min(Math.abs(score - gain), FAR << POINT);
    int at = distance >>> STEP;
    int part = distance & ((1 << STEP) - 1);
    int less = ((sums[at] - sums[at + 1]) * part + (1 << (STEP - 1))) >> STEP;
    return Math.max(score, gain) + sums[at] - less;
  }

  private long log2(int lookups) {
    int zeros = Integer.numberOfLeadingZeros(lookups);
    int leading = (lookups << zeros << 1) >>> (Integer.SIZE - LEADING);
    return ((long) (Integer.SIZE - 1 - zeros) << POINT) + logs[leading];
  }

  void reset() {
    now = 0;
    rest = 0;
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(now);
    out.writeLong(rest);
  }

  void restore(DataInput in) throws IOException {
    now = in.readLong();
    rest = in.readLong();
  }
}
