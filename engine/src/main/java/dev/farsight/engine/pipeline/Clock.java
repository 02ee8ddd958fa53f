package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.HostTrace;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Adds up the time that one stage works, and reports each piece of work to the trace. Used by one
 * thread at a time; any thread may read the time.
 */
final class Clock {

  private final String label;
  private final HostTrace trace;

  private long startNanos;
  private final AtomicLong totalNanos = new AtomicLong();

  /**
   * @param label names the work in the trace
   */
  Clock(String label, HostTrace trace) {
    this.label = label;
    this.trace = trace;
  }

  void reset() {
    totalNanos.set(0);
  }

  void start() {
    startNanos = System.nanoTime();
  }

  void stop() {
    totalNanos.setRelease(totalNanos.getPlain() + System.nanoTime() - startNanos);
    trace.worked(label, startNanos);
  }

  double seconds() {
    return totalNanos.get() / 1e9;
  }
}
