package dev.farsight.datasets.synthetic;

import static dev.farsight.api.table.InitialRows.mix64;

/**
 * Random bits by counter: a pure function of (seed, stream, number, position), so that any thread
 * can draw any sample in any order.
 */
final class Draws {

  /** What bits of one seed are for: the first number below the seed. */
  static final long SAMPLES = 0;

  static final long CALIBRATION = 1;
  static final long PLANTED_ROWS = 2;
  static final long PLANTED_DENSE = 3;

  /**
   * Positions of a sample's draws: dense value d at DENSE + d, the size of the bag in table t at
   * BAG_SIZES + t, lookups at {@link #lookup}.
   */
  static final long DENSE = 1 << 20;

  static final long LABEL = 1 << 21;
  static final long BAG_SIZES = 1 << 22;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1p-53;

  private Draws() {}

  /** The key of one use, sample, table or row below a seed or another key. */
  static long key(long key, long number) {
    return mix64(key + GOLDEN * (number + 1));
  }

  static long bits(long key, long position) {
    return mix64(key + GOLDEN * (position + 1));
  }

  /** Position of a lookup of a table's bag; of the first one, it is the table's number. */
  static long lookup(int table, int number) {
    return (long) number << 32 | table;
  }

  /** Uniform in [0, 1). */
  static double unit(long bits) {
    return (bits >>> 11) * UNIT;
  }

  /** Uniform with mean 0 and variance 1. */
  static double centred(long bits) {
    return (2 * unit(bits) - 1) * 1.7320508075688772;
  }
}
