package dev.farsight.watch;

import dev.farsight.engine.event.RunFigures;
import java.util.Map;

/**
 * What a device did between two figures.
 *
 * @param hitRatio share of the lookups of its rows that hit
 * @param exchangedBytesPerStep bytes of rows and gradients, sent and received
 * @param stageMillis milliseconds that each stage worked for a step
 */
record DevicePace(double hitRatio, double exchangedBytesPerStep, Map<String, Double> stageMillis) {

  /**
   * @param before null at the start
   */
  static DevicePace between(RunFigures.Device before, RunFigures.Device now, long steps) {
    long lookups = now.lookups() - (before == null ? 0 : before.lookups());
    long hits = now.hits() - (before == null ? 0 : before.hits());
    long exchanged = exchanged(now) - (before == null ? 0 : exchanged(before));
    return new DevicePace(
        (double) hits / lookups,
        (double) exchanged / steps,
        Pace.stageMillis(
            before == null ? Map.of() : before.stageSeconds(), now.stageSeconds(), steps));
  }

  private static long exchanged(RunFigures.Device device) {
    return device.sentBytes() + device.receivedBytes();
  }

  /** The stage that worked longest. */
  String limitingStage() {
    return Pace.longest(stageMillis);
  }
}
