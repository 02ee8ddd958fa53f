package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.HostTrace;

/** Adds up the time that one thread works, and tells of each piece of work. */
final class Clock {

  private final String what;
  private final HostTrace trace;

  private long started;
  private long nanos;

  Clock(String what, HostTrace trace) {
    this.what = what;
    this.trace = trace;
  }

  void reset() {
    nanos = 0;
  }

  void start() {
    started = System.nanoTime();
  }

  void stop() {
    nanos += System.nanoTime() - started;
    trace.worked(what, started);
  }

  double seconds() {
    return nanos / 1e9;
  }
}
