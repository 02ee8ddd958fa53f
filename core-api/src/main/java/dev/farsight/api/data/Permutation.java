package dev.farsight.api.data;

import dev.farsight.api.table.InitialRows;

/**
 * A random order of n samples that takes no memory: a Feistel network over the smallest domain of
 * 4^w that holds n positions, walked again while it leads out of them. In arithmetic of 64 bits
 * that wraps around:
 *
 * <pre>
 * key  = mix64(mix64(seed) + G * (epoch + 1))          G = 0x9E3779B97F4A7C15
 * k(r) = mix64(key + G * (r + 1))                      r = 0 to 5
 * do
 *   left = position >>> w;  right = position mod 2^w
 *   for each round r:  left, right = right, left ^ (mix64(k(r) ^ right) mod 2^w)
 *   position = left * 2^w + right
 * while position >= n
 * </pre>
 *
 * <p>mix64 is that of {@link InitialRows}. The order is part of what a checkpoint promises, and
 * does not change. A position costs some 30 ns. Immutable.
 */
public final class Permutation {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int ROUNDS = 6;

  private final long size;
  private final int halfBits;
  private final long mask;
  private final long[] keys = new long[ROUNDS];

  /**
   * @param size how many samples there are
   * @param seed the run's seed
   * @param epoch from 0
   */
  public Permutation(long size, long seed, int epoch) {
    if (size < 0 || size > 1L << 62) {
      throw new IllegalArgumentException("an order of " + size + " samples");
    }
    this.size = size;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, size - 1));
    halfBits = (bits + 1) / 2;
    mask = (1L << halfBits) - 1;
    long key = InitialRows.mix64(InitialRows.mix64(seed) + GOLDEN * (epoch + 1L));
    for (int round = 0; round < ROUNDS; round++) {
      keys[round] = InitialRows.mix64(key + GOLDEN * (round + 1L));
    }
  }

  /** How many samples there are. */
  public long size() {
    return size;
  }

  /**
   * The sample at a position of the order, from 0.
   *
   * @throws IndexOutOfBoundsException if there is no such position
   */
  public long at(long position) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException("position " + position + " of " + size);
    }
    long walked = position;
    do {
      long left = walked >>> halfBits;
      long right = walked & mask;
      for (long key : keys) {
        long next = left ^ (InitialRows.mix64(key ^ right) & mask);
        left = right;
        right = next;
      }
      walked = left << halfBits | right;
    } while (walked >= size);
    return walked;
  }
}
