package dev.farsight.engine.event;

/** What a listener may do to its run. Any thread. */
@FunctionalInterface
public interface RunControl {

  /**
   * Ends training after the current step. The run then saves its model and writes its report as at
   * its regular end. Returns at once; calling it again does nothing.
   */
  void stop();
}
