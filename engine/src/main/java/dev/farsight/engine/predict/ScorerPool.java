package dev.farsight.engine.predict;

import dev.farsight.api.internal.Closing;
import dev.farsight.engine.checkpoint.DenseValues;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The scorers of a model that are free. {@link #take} waits for one if none is. Allocates nothing
 * after construction.
 */
final class ScorerPool implements AutoCloseable {

  private final Scorer[] all;
  private final Scorer[] free;
  private int freeCount;

  ScorerPool(ModelShape shape, DenseValues dense, int scorers) {
    all = new Scorer[scorers];
    int made = 0;
    try {
      for (; made < scorers; made++) {
        all[made] = new Scorer(shape, dense);
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, Arrays.copyOf(all, made));
      throw e;
    }
    free = all.clone();
    freeCount = scorers;
  }

  /** How many scorers there are. */
  int size() {
    return all.length;
  }

  /** Takes a free scorer. An interrupt does not end the wait; the flag stays set. */
  synchronized Scorer take() {
    boolean interrupted = false;
    while (freeCount == 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    // The one used last: its memory is in the processor's cache.
    return free[--freeCount];
  }

  /** Passes each scorer, which must be free. */
  void forEach(Consumer<Scorer> action) {
    for (Scorer scorer : all) {
      action.accept(scorer);
    }
  }

  synchronized void giveBack(Scorer scorer) {
    free[freeCount++] = scorer;
    notify();
  }

  /** Closes all scorers, which must be free. */
  @Override
  public void close() {
    Closing.all(all);
  }
}
