package dev.farsight.engine.data;

import dev.farsight.api.table.InitialRows;

/**
 * The order of samples in blocks: a function of seed, epoch and block alone. It is a Fisher-Yates
 * shuffle with the numbers of a SplitMix64 generator, in arithmetic of 64 bits that wraps around:
 *
 * <pre>
 * key   = mix64(mix64(seed) + G * (epoch + 1))                        G = 0x9E3779B97F4A7C15
 * s     = mix64(key + G * (block + 1))
 * for i = n - 1 down to 1:
 *   s   = s + G
 *   j   = floor((mix64(s) >>> 1) * (i + 1) / 2^63)
 *   exchange samples i and j
 * </pre>
 *
 * <p>mix64 is that of {@link InitialRows}. Epochs and blocks are counted from 0. The order is part
 * of what a checkpoint promises, and does not change.
 */
final class SampleOrder {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long key;

  SampleOrder(long seed, int epoch) {
    key = InitialRows.mix64(InitialRows.mix64(seed) + GOLDEN * (epoch + 1L));
  }

  /** Shuffles the first {@code count} values as the samples of a block. */
  void shuffle(long block, long[] values, int count) {
    long state = InitialRows.mix64(key + GOLDEN * (block + 1));
    for (int i = count - 1; i > 0; i--) {
      state += GOLDEN;
      int j = (int) Math.multiplyHigh(InitialRows.mix64(state) >>> 1, 2L * (i + 1));
      long value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
