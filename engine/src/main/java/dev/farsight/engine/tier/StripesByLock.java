package dev.farsight.engine.tier;

import dev.farsight.api.memory.RowBuffer;

/**
 * Carries out a call on the stripes that its rows belong to. Locks one stripe at a time, and takes
 * stripes whose lock is free first. Safe for concurrent use; allocates for the first call of a
 * thread only.
 */
final class StripesByLock {

  /** A call sorts this many rows by stripe at a time. */
  private static final int MAX_SORTED_ROWS = 4096;

  private final Stripe[] stripes;
  private final Runnable requireOpen;
  private final ThreadLocal<RowsByStripe> sorters;

  /** What a call does. */
  enum Call {
    READ,
    /** Reads rows, and makes them resident. */
    READ_THROUGH,
    WRITE
  }

  /**
   * @param requireOpen throws if the stripes are closed; called with the lock of a stripe
   */
  StripesByLock(Striping striping, Stripe[] stripes, Runnable requireOpen) {
    this.stripes = stripes;
    this.requireOpen = requireOpen;
    sorters = ThreadLocal.withInitial(() -> new RowsByStripe(striping));
  }

  /** Reads or writes rows [from, from + count), whose values are in the buffer from a row on. */
  void run(Call call, long[] rows, int from, int count, RowBuffer buffer, int bufferRow) {
    RowsByStripe byStripe = sorters.get();
    for (int done = 0; done < count; done += MAX_SORTED_ROWS) {
      byStripe.sort(rows, from + done, Math.min(MAX_SORTED_ROWS, count - done));
      run(call, byStripe, rows, from + done, buffer, bufferRow + done);
    }
  }

  private void run(
      Call call, RowsByStripe byStripe, long[] rows, int base, RowBuffer buffer, int bufferRow) {
    int pendingStripes = 0;
    for (int s = 0; s < stripes.length; s++) {
      pendingStripes |= byStripe.start(s) < byStripe.start(s + 1) ? 1 << s : 0;
    }
    while (pendingStripes != 0) {
      int before = pendingStripes;
      for (int untried = before; untried != 0; untried &= untried - 1) {
        int s = Integer.numberOfTrailingZeros(untried);
        if (stripes[s].tryLock()) {
          runLocked(call, s, byStripe, rows, base, buffer, bufferRow);
          pendingStripes &= ~(1 << s);
        }
      }
      if (pendingStripes == before) {
        int s = Integer.numberOfTrailingZeros(pendingStripes);
        stripes[s].lock();
        runLocked(call, s, byStripe, rows, base, buffer, bufferRow);
        pendingStripes &= ~(1 << s);
      }
    }
  }

  /** Carries out the part of one stripe, whose lock this thread holds; then unlocks it. */
  private void runLocked(
      Call call,
      int s,
      RowsByStripe byStripe,
      long[] rows,
      int base,
      RowBuffer buffer,
      int bufferRow) {
    Stripe stripe = stripes[s];
    try {
      requireOpen.run();
      int start = byStripe.start(s);
      int end = byStripe.start(s + 1);
      int[] positions = byStripe.positions();
      switch (call) {
        case READ -> stripe.read(rows, base, positions, start, end, buffer, bufferRow);
        case READ_THROUGH ->
            stripe.readThrough(rows, base, positions, start, end, buffer, bufferRow);
        case WRITE -> stripe.write(rows, base, positions, start, end, buffer, bufferRow);
        default -> throw new AssertionError(call);
      }
    } finally {
      stripe.unlock();
    }
  }
}
