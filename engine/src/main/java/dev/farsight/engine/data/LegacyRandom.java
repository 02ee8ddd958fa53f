package dev.farsight.engine.data;

import java.util.Arrays;

/**
 * The stream of whole numbers that {@code numpy.random.seed(s)} and {@code numpy.random.randint(0,
 * bound, size)} give, which NumPy calls legacy and does not change: MT19937 of 32 bits (Matsumoto
 * and Nishimura, 1998), of which each number takes as many outputs as it needs until the lowest
 * bits of one, as many as {@code bound - 1} has, are below {@code bound}. A bound of 1 takes none.
 *
 * <p>Outputs are made 624 at a time. Each depends on those before, so one stream is drawn by one
 * thread. Not thread-safe.
 */
final class LegacyRandom {

  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int MATRIX = 0x9908B0DF;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7FFFFFFF;

  private final int[] state = new int[SIZE];
  private final int[] outputs = new int[SIZE];

  /** The next of the outputs. */
  private int next = SIZE;

  LegacyRandom(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /**
   * Draws numbers from 0 to {@code bound - 1}.
   *
   * @param bound at least 1
   * @param target gets the numbers, from position 0 on
   * @param count how many
   */
  void draw(int bound, int[] target, int count) {
    int most = bound - 1;
    if (most == 0) {
      Arrays.fill(target, 0, count, 0);
      return;
    }
    int mask = -1 >>> Integer.numberOfLeadingZeros(most);
    int drawn = 0;
    while (drawn < count) {
      if (next == SIZE) {
        makeOutputs();
      }
      // An output gives at most one number.
      int end = next + Math.min(SIZE - next, count - drawn);
      for (int i = next; i < end; i++) {
        int number = outputs[i] & mask;
        // One that is too large is overwritten by the next: a branch would be mispredicted often.
        target[drawn] = number;
        drawn += number <= most ? 1 : 0;
      }
      next = end;
    }
  }

  private void makeOutputs() {
    for (int i = 0; i < SIZE - SHIFT; i++) {
      state[i] = state[i + SHIFT] ^ twist(state[i], state[i + 1]);
    }
    for (int i = SIZE - SHIFT; i < SIZE - 1; i++) {
      state[i] = state[i + SHIFT - SIZE] ^ twist(state[i], state[i + 1]);
    }
    state[SIZE - 1] = state[SHIFT - 1] ^ twist(state[SIZE - 1], state[0]);
    for (int i = 0; i < SIZE; i++) {
      int y = state[i];
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9D2C5680;
      y ^= (y << 15) & 0xEFC60000;
      outputs[i] = y ^ (y >>> 18);
    }
    next = 0;
  }

  private static int twist(int upper, int lower) {
    int y = (upper & UPPER) | (lower & LOWER);
    return (y >>> 1) ^ (-(y & 1) & MATRIX);
  }
}
