package dev.farsight.engine.event;

import java.nio.file.Path;

/** Receives the events of a run, on the run's own threads. Must return quickly. */
public interface RunListener {

  /** Ignores all events. */
  RunListener NONE = new RunListener() {};

  /**
   * The run has locked its directory: from now on its files belong to this run.
   *
   * @param runDirectory the folder of the run's files
   */
  default void opened(Path runDirectory) {}

  /** A new part of the run begins, such as "training"; a few words for people. */
  default void phase(String what) {}

  /**
   * A long part of the run has got further: at most ten times a second, and once at its end. Parts
   * that are over soon, and training itself, send none.
   */
  default void progress(PhaseProgress progress) {}

  /** A training step is done. */
  default void step(StepProgress progress) {}
}
