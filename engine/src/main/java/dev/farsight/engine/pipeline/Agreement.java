package dev.farsight.engine.pipeline;

import java.util.function.BooleanSupplier;

/**
 * Where the phase in progress ends early, if there are several processes: all must end after the
 * same batch. What a process wants is noted for each batch that it reads, and told to all others
 * with what the batch asks of them. So all know of the same batch as the first with a wish, and end
 * the phase a fixed number of batches later, at one that no process can have read.
 */
final class Agreement {

  /** A process was asked to stop. */
  private static final long STOP = 1;

  /** The phase is to end, and another one will follow. */
  private static final long PAUSE = 2;

  private final boolean firstProcess;

  /** By number of the batch, modulo their count: what this process wants. */
  private final long[] wishes;

  private volatile boolean stopWanted;

  // What was agreed.
  private volatile boolean stops;
  private volatile boolean pauses;

  /**
   * @param batches that can be in use at once
   * @param firstProcess whether this process decides about pauses
   */
  Agreement(int batches, boolean firstProcess) {
    wishes = new long[batches];
    this.firstProcess = firstProcess;
  }

  /** Asks for the end of this phase and all later ones. Any thread. */
  void stop() {
    stopWanted = true;
  }

  /** Whether all processes stop. */
  boolean stops() {
    return stops;
  }

  /** Whether the last phase has paused. */
  boolean pauses() {
    return pauses;
  }

  void begin() {
    pauses = false;
  }

  /** A batch is read. */
  void read(long n, BooleanSupplier pauseDue) {
    long pause = firstProcess && pauseDue.getAsBoolean() ? PAUSE : 0;
    wishes[(int) (n % wishes.length)] = pause | (stopWanted ? STOP : 0);
  }

  /** What this process wants as of a batch that it has read. */
  long wish(long n) {
    return wishes[(int) (n % wishes.length)];
  }

  /**
   * The wishes of all processes as of a batch are known. Called in batch order by one thread.
   *
   * @param wishes of all, put together
   */
  void decide(long n, long wishes, PhaseState state) {
    if (wishes == 0 || stops || pauses) {
      return;
    }
    stops = (wishes & STOP) != 0;
    pauses = !stops;
    // A batch is read once the one that used its memory before is done, and so decided.
    state.endAt(n + this.wishes.length + 1);
  }
}
