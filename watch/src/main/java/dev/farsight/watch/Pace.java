package dev.farsight.watch;

import dev.farsight.engine.event.RunFigures;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What training did between two figures.
 *
 * @param steps steps trained
 * @param hitRatio share of lookups that hit
 * @param stageMillis milliseconds that each stage worked for a step
 */
record Pace(
    long steps,
    double samplesPerSecond,
    double stepsPerSecond,
    double hitRatio,
    double loadedBytesPerStep,
    double writtenBackBytesPerStep,
    Map<String, Double> stageMillis) {

  static final Pace NONE =
      new Pace(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Map.of());

  /**
   * @param before null at the start: counts since the run began, or began that was resumed
   */
  static Pace between(RunFigures before, RunFigures now) {
    long steps = now.step() - (before == null ? 0 : before.step());
    if (steps <= 0) {
      return NONE;
    }
    double seconds = now.seconds() - (before == null ? 0 : before.seconds());
    RunFigures.Cache cache = now.cache();
    RunFigures.Cache old = before == null ? null : before.cache();
    long lookups = cache.lookups() - (old == null ? 0 : old.lookups());
    long hits = cache.hits() - (old == null ? 0 : old.hits());
    long loaded = cache.loadedRows() - (old == null ? 0 : old.loadedRows());
    long written = cache.writtenBackRows() - (old == null ? 0 : old.writtenBackRows());
    Map<String, Double> stages = new LinkedHashMap<>();
    now.stageSeconds()
        .forEach(
            (stage, worked) -> {
              double oldWorked = before == null ? 0 : before.stageSeconds().get(stage);
              stages.put(stage, 1e3 * (worked - oldWorked) / steps);
            });
    return new Pace(
        steps,
        (now.samples() - (before == null ? 0 : before.samples())) / seconds,
        steps / seconds,
        (double) hits / lookups,
        (double) loaded * cache.rowBytes() / steps,
        (double) written * cache.rowBytes() / steps,
        stages);
  }

  /** The stage that worked longest, which limits the throughput; empty before the first step. */
  String limitingStage() {
    return stageMillis.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
