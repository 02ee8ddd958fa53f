package dev.farsight.engine.pipeline;

/** Adds up the time that one thread works. */
final class Clock {

  private long started;
  private long nanos;

  void reset() {
    nanos = 0;
  }

  void start() {
    started = System.nanoTime();
  }

  void stop() {
    nanos += System.nanoTime() - started;
  }

  double seconds() {
    return nanos / 1e9;
  }
}
