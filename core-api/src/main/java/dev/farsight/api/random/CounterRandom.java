package dev.farsight.api.random;

import dev.farsight.api.table.InitialRows;

/**
 * Counter-based random bits: a pure function of a seed and of counters, such as a step, a row and
 * an element. So every backend draws the same bits, in any order and on any number of threads.
 * Integers wrap; {@code >>>} is the logical shift; mix64 and mix32 are those of {@link
 * InitialRows}:
 *
 * <pre>
 * key(seed, purpose)   = mix64(seed ^ purpose)
 * key(key, counter)    = mix64(key + 0x9E3779B97F4A7C15 * (counter + 1))
 * bits(key, element)   = mix32((low32(key) + element * 0x9E3779B9) ^ high32(key))
 * </pre>
 */
public final class CounterRandom {

  private static final long GOLDEN_64 = 0x9E3779B97F4A7C15L;
  private static final int GOLDEN_32 = 0x9E3779B9;

  private CounterRandom() {}

  /** What bits are drawn for, so that two uses of one seed have nothing in common. */
  public enum Purpose {
    /** Stochastic rounding of rows: counters are step and row id, the element is the weight. */
    ROUNDING(0x526F756E64696E67L),

    /** Dropout: counters are step, op and sample, the element is the activation. */
    DROPOUT(0x44726F706F757400L),

    /** The order of samples: counters are epoch and block. */
    SHUFFLE(0x53687566666C6500L);

    private final long constant;

    Purpose(long constant) {
      this.constant = constant;
    }

    /** The 64 bits that the seed is combined with. */
    public long constant() {
      return constant;
    }
  }

  /** The first key for a purpose. */
  public static long key(long seed, Purpose purpose) {
    return InitialRows.mix64(seed ^ purpose.constant());
  }

  /** The key for one value of a counter, below another key. */
  public static long key(long key, long counter) {
    return InitialRows.mix64(key + GOLDEN_64 * (counter + 1));
  }

  /** 32 random bits for an element. */
  public static int bits(long key, int element) {
    return InitialRows.mix32(((int) key + element * GOLDEN_32) ^ (int) (key >>> 32));
  }

  /**
   * A normal number of mean 0 and standard deviation 1, but for the tails: the sum of twelve
   * uniform ones, the lower and the upper 16 bits of six elements. Exact, so every backend has the
   * same.
   *
   * @param element the first of the six
   */
  public static float normal(long key, int element) {
    int sum = 0;
    for (int i = element; i < element + 6; i++) {
      int h = bits(key, i);
      sum += (h & 0xFFFF) + (h >>> 16);
    }
    return (2 * sum - 12 * 0xFFFF) * 0x1p-17f;
  }
}
