package dev.farsight.engine.tier;

import java.util.Arrays;

/**
 * The rows of a call, sorted by stripe, in the order of the call within each. Reused; grows to the
 * longest stretch it has seen.
 */
final class Grouping {

  private final Striping striping;
  private final int[] starts;
  private int[] positions = new int[0];

  Grouping(Striping striping) {
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
    // Every start moves to the next stripe's start while its rows are placed, and back afterwards.
    for (int i = 0; i < count; i++) {
      positions[starts[striping.stripeOf(rows[from + i])]++] = i;
    }
    System.arraycopy(starts, 0, starts, 1, striping.count());
    starts[0] = 0;
  }

  /** Positions of the rows, counted from {@code from}. */
  int[] positions() {
    return positions;
  }

  /** Where a stripe's positions begin; those of the stripe after it follow. */
  int start(int stripe) {
    return starts[stripe];
  }
}
