package dev.farsight.engine.tier;

import java.util.Arrays;

/**
 * Sorts the rows of a call by stripe. The rows of a stripe keep the order of the call. Reused
 * between calls; its memory grows to that of the longest call. Not thread-safe.
 */
final class RowsByStripe {

  private final Striping striping;
  private final int[] starts;
  private int[] positions = new int[0];

  RowsByStripe(Striping striping) {
    this.striping = striping;
    this.starts = new int[striping.count() + 1];
  }

  /** Sorts rows [from, from + count). */
  void sort(long[] rows, int from, int count) {
    if (positions.length < count) {
      positions = new int[count];
    }
    Arrays.fill(starts, 0);
    for (int i = 0; i < count; i++) {
      starts[striping.stripeOf(rows[from + i]) + 1]++;
    }
    for (int s = 0; s < striping.count(); s++) {
      starts[s + 1] += starts[s];
    }
    // While rows are placed, the start of a stripe moves to that of the next stripe. Shifting the
    // array afterwards restores the starts.
    for (int i = 0; i < count; i++) {
      positions[starts[striping.stripeOf(rows[from + i])]++] = i;
    }
    System.arraycopy(starts, 0, starts, 1, striping.count());
    starts[0] = 0;
  }

  /** Positions of the sorted rows in the call, counted from its {@code from}. */
  int[] positions() {
    return positions;
  }

  /**
   * Index of a stripe's first entry in {@link #positions}; its last entry is before the start of
   * the next stripe.
   */
  int start(int stripe) {
    return starts[stripe];
  }
}
