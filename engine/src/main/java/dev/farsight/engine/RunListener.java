package dev.farsight.engine;

/** Hears how a run goes on, from the run's own threads; must return quickly. */
public interface RunListener {

  /** Hears nothing. */
  RunListener NONE = new RunListener() {};

  /** A new part of the run begins, such as "training"; a few words for people. */
  default void phase(String what) {}

  /** A training step is done. */
  default void step(StepProgress progress) {}
}
