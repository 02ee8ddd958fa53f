package dev.farsight.api.compute;

/**
 * Is told what the engine's threads did, batch by batch, so that a backend can show it beside what
 * its device did. Called by many threads, several times a batch: it has to cost next to nothing
 * where nothing is recorded.
 */
@FunctionalInterface
public interface HostTrace {

  HostTrace NONE = (what, fromNanos) -> {};

  /**
   * The calling thread has done a piece of work, just now.
   *
   * @param what as users read it
   * @param fromNanos when it began, by {@link System#nanoTime}
   */
  void worked(String what, long fromNanos);
}
