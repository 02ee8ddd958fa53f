package dev.farsight.engine.run;

/** Receives the events of a run, on the run's own threads. Must return quickly. */
public interface RunEvents {

  /** A new part of the run begins, such as "training"; a few words for people. */
  void phase(String what);

  /**
   * A training step is done.
   *
   * @param step steps done
   * @param steps steps of the whole run; 0 if unknown
   * @param loss mean loss of the step's batch
   * @param samplesPerSecond since training began
   * @param stepsPerSecond since training began
   * @param hitRatio share of lookups that hit, since training began
   */
  void step(
      long step,
      long steps,
      float loss,
      double samplesPerSecond,
      double stepsPerSecond,
      double hitRatio);
}
