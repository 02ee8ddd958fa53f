package dev.farsight.engine.predict;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the uses of something that is freed exactly once: when it is retired and the last use has
 * ended. Once it is retired, no use begins. Thread-safe; allocates nothing after construction.
 */
final class Uses {

  private static final long RETIRED = 1L << 62;

  private final Runnable free;

  /** Uses under way, and {@link #RETIRED}. */
  private final AtomicLong count = new AtomicLong();

  Uses(Runnable free) {
    this.free = free;
  }

  /** Begins a use; false if it is retired, and nothing was begun. */
  boolean begin() {
    long before;
    do {
      before = count.get();
      if (before >= RETIRED) {
        // Counting it for a moment would let it be freed twice.
        return false;
      }
    } while (!count.compareAndSet(before, before + 1));
    return true;
  }

  /** Ends a use. */
  void end() {
    if (count.decrementAndGet() == RETIRED) {
      free.run();
    }
  }

  /** Lets no more uses begin. Call it once. */
  void retire() {
    if (count.addAndGet(RETIRED) == RETIRED) {
      free.run();
    }
  }
}
