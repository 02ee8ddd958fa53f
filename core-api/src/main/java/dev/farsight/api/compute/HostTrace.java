package dev.farsight.api.compute;

/**
 * Receives reports of what the engine's threads did, batch by batch, so that a backend can show
 * them beside the work of its device. Many threads call it several times per batch. If nothing is
 * recorded, a call must cost next to nothing.
 */
@FunctionalInterface
public interface HostTrace {

  HostTrace NONE = (work, startNanos) -> {};

  /**
   * Reports that the calling thread has just finished a piece of work.
   *
   * @param work the work's name, as users read it
   * @param startNanos when the work began, by {@link System#nanoTime}
   */
  void worked(String work, long startNanos);
}
