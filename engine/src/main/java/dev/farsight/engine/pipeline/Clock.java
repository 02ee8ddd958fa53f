package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.HostTrace;

/**
 * Adds up the time that one stage works, and reports each piece of work to the trace. Used by one
 * thread at a time.
 */
final class Clock {

  private final String label;
  private final HostTrace trace;

  private long startNanos;
  private long totalNanos;

  /**
   * @param label names the work in the trace
   */
  Clock(String label, HostTrace trace) {
    this.label = label;
    this.trace = trace;
  }

  void reset() {
    totalNanos = 0;
  }

  void start() {
    startNanos = System.nanoTime();
  }

  void stop() {
    totalNanos += System.nanoTime() - startNanos;
    trace.worked(label, startNanos);
  }

  double seconds() {
    return totalNanos / 1e9;
  }
}
