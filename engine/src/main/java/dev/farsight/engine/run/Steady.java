package dev.farsight.engine.run;

import dev.farsight.engine.metrics.CacheCounters;

/**
 * The steady part of training, without the first steps ({@code report.warm-up}), in which the JVM
 * compiles and the cache fills. Holds either the counts at the beginning of that part, or the
 * differences from there to a later point. Immutable.
 *
 * @param steps steps trained
 * @param samples samples trained
 * @param seconds wall time of training, without evaluations
 */
public record Steady(long steps, long samples, double seconds, CacheCounters counters) {

  /** The differences from this point to a later one. */
  Steady until(long laterSteps, long laterSamples, double laterSeconds, CacheCounters later) {
    return new Steady(
        laterSteps - steps, laterSamples - samples, laterSeconds - seconds, later.since(counters));
  }
}
