package dev.farsight.compute.jcuda;

import dev.farsight.api.config.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The keys of {@code farsight.compute.jcuda}.
 *
 * @param device which GPU, as the driver counts them
 * @param kernelCache the folder of compiled kernels; empty for the usual one
 * @param timeline which steps to time; empty for none
 */
record JcudaSettings(
    int device,
    Precision precision,
    Optional<Path> kernelCache,
    Optional<TimelineSettings> timeline) {

  private static final int MOST_DEVICES = 64;

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
        own.integer("device", 0, MOST_DEVICES - 1),
        Precision.of(own),
        own.optionalPath("kernel-cache"),
        timeline.has("file") ? Optional.of(TimelineSettings.of(timeline)) : Optional.empty());
  }
}
