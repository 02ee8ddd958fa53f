package dev.farsight.engine;

import dev.farsight.engine.run.RunEvents;

/**
 * Passes a run's events to the application's listener.
 *
 * @param listener the application's
 */
public record ListenerEvents(RunListener listener) implements RunEvents {

  @Override
  public void phase(String what) {
    listener.phase(what);
  }

  @Override
  public void step(
      long step,
      long steps,
      float loss,
      double samplesPerSecond,
      double stepsPerSecond,
      double hitRatio) {
    listener.step(new StepProgress(step, steps, loss, samplesPerSecond, stepsPerSecond, hitRatio));
  }
}
