package dev.farsight.engine;

/** Receives the events of a run, on the run's own threads. Must return quickly. */
public interface RunListener {

  /** Ignores all events. */
  RunListener NONE = new RunListener() {};

  /** A new part of the run begins, such as "training"; a few words for people. */
  default void phase(String what) {}

  /** A training step is done. */
  default void step(StepProgress progress) {}
}
