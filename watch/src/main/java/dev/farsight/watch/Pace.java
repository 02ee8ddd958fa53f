package dev.farsight.watch;

import dev.farsight.engine.event.RunFigures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What training did between two figures.
 *
 * @param steps steps trained
 * @param hitRatio share of lookups that hit
 * @param stageMillis milliseconds that each stage worked for a step
 * @param devices by rank; empty before the first step
 */
record Pace(
    long steps,
    double samplesPerSecond,
    double stepsPerSecond,
    double hitRatio,
    double loadedBytesPerStep,
    double writtenBackBytesPerStep,
    Map<String, Double> stageMillis,
    List<DevicePace> devices) {

  static final Pace NONE =
      new Pace(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Map.of(), List.of());

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
    return new Pace(
        steps,
        (now.samples() - (before == null ? 0 : before.samples())) / seconds,
        steps / seconds,
        (double) hits / lookups,
        (double) loaded * cache.rowBytes() / steps,
        (double) written * cache.rowBytes() / steps,
        stageMillis(before == null ? Map.of() : before.stageSeconds(), now.stageSeconds(), steps),
        IntStream.range(0, now.devices().size())
            .mapToObj(rank -> ofDevice(before, now, rank, steps))
            .toList());
  }

  private static DevicePace ofDevice(RunFigures before, RunFigures now, int rank, long steps) {
    return DevicePace.between(
        before == null ? null : before.devices().get(rank), now.devices().get(rank), steps);
  }

  /** Milliseconds a step, from seconds before, which may be none, and now. */
  static Map<String, Double> stageMillis(
      Map<String, Double> before, Map<String, Double> now, long steps) {
    Map<String, Double> millis = new LinkedHashMap<>();
    now.forEach(
        (stage, worked) ->
            millis.put(stage, 1e3 * (worked - before.getOrDefault(stage, 0.)) / steps));
    return millis;
  }

  /** The stage that worked longest, which limits the throughput; empty before the first step. */
  String limitingStage() {
    return longest(stageMillis);
  }

  static String longest(Map<String, Double> stageMillis) {
    return stageMillis.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
