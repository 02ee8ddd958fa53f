package dev.farsight.engine.pipeline;

/**
 * Decides, once for all lanes, whether a batch is begun: a step that some lanes begin and others do
 * not would never end. Thread-safe.
 */
final class LaunchGate {

  /** The first batch that is not decided. */
  private long undecided;

  private boolean closed;

  LaunchGate(long first) {
    undecided = first;
  }

  /**
   * Whether the lanes begin batch {@code n}. They ask in batch order.
   *
   * @param go whether this lane would begin it; that of the first lane to ask counts
   */
  synchronized boolean admit(long n, boolean go) {
    if (n < undecided) {
      return true;
    }
    closed = closed || !go;
    undecided += closed ? 0 : 1;
    return !closed;
  }
}
