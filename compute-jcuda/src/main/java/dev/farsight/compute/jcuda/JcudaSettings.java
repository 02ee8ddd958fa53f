package dev.farsight.compute.jcuda;

import dev.farsight.api.config.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The keys of {@code farsight.compute.jcuda}.
 *
 * @param devices which GPUs to train on
 * @param kernelCache the folder of compiled kernels; empty for the usual one
 * @param peerAccess whether GPUs may use each other's memory
 * @param timeline which steps to time; empty for none
 */
record JcudaSettings(
    DeviceChoice devices,
    Precision precision,
    Optional<Path> kernelCache,
    boolean peerAccess,
    Optional<TimelineSettings> timeline) {

  /**
   * Which steps to time.
   *
   * @param file the file to write
   * @param from the first step
   * @param steps how many
   */
  record TimelineSettings(Path file, long from, int steps) {

    private static TimelineSettings of(Settings own) {
      return new TimelineSettings(
          own.path("file"),
          own.longInteger("from", 1, Long.MAX_VALUE),
          own.integer("steps", 1, 1000));
    }
  }

  static JcudaSettings of(Settings own) {
    Settings timeline = own.section("timeline");
    return new JcudaSettings(
        DeviceChoice.of(own),
        Precision.of(own),
        own.optionalPath("kernel-cache"),
        own.bool("peer-access"),
        timeline.has("file") ? Optional.of(TimelineSettings.of(timeline)) : Optional.empty());
  }
}
