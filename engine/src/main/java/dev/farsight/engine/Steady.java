package dev.farsight.engine;

import dev.farsight.engine.metrics.CacheCounters;

/**
 * Training after its first steps ({@code report.warm-up}), in which the JVM still compiles and the
 * cache fills: first where that part begins, then what happened in it. Immutable.
 *
 * @param steps steps trained
 * @param samples samples trained
 * @param seconds wall time of training, evaluations apart
 */
record Steady(long steps, long samples, double seconds, CacheCounters counters) {

  /** From this point to a later one. */
  Steady until(long laterSteps, long laterSamples, double laterSeconds, CacheCounters later) {
    return new Steady(
        laterSteps - steps, laterSamples - samples, laterSeconds - seconds, later.since(counters));
  }
}
