package dev.farsight.cli;

import com.typesafe.config.Config;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How the work of a run was divided over its devices, in a line. */
final class DevicesSummary {

  private static final String ROWS = "unique_rows";
  private static final String STAGES = "stages";

  private final List<? extends Config> devices;

  private DevicesSummary(List<? extends Config> devices) {
    this.devices = devices;
  }

  /** Empty if there was one device. */
  static Optional<String> of(ReportFigures figures) {
    if (!figures.has("devices")) {
      return Optional.empty();
    }
    List<? extends Config> devices = figures.report().getConfigList("devices");
    return devices.size() < 2 ? Optional.empty() : Optional.of(new DevicesSummary(devices).line());
  }

  private String line() {
    return devices.size()
        + " devices: "
        + shares()
        + " of the unique rows, "
        + exchanged()
        + " exchanged"
        + longestStage();
  }

  /** An evaluation has no gradients. */
  private String exchanged() {
    long gradients = sum("exchange.backward.sent_bytes");
    return Amount.bytes(sum("exchange.forward.sent_bytes"))
        + " of rows"
        + (gradients == 0 ? "" : " and " + Amount.bytes(gradients) + " of gradients");
  }

  private String shares() {
    double all = Math.max(1, sum(ROWS));
    double least = devices.stream().mapToLong(d -> d.getLong(ROWS)).min().orElseThrow() / all;
    double most = devices.stream().mapToLong(d -> d.getLong(ROWS)).max().orElseThrow() / all;
    return String.format(Locale.ROOT, "%.1f to %.1f %%", 100 * least, 100 * most);
  }

  private long sum(String path) {
    return devices.stream().mapToLong(device -> device.getLong(path)).sum();
  }

  /** The stage that worked longest, and whose it was. All devices have one reader. */
  private String longestStage() {
    Config slowest =
        devices.stream()
            .max(Comparator.comparingDouble(device -> seconds(longest(device))))
            .orElseThrow();
    Map.Entry<String, Object> stage = longest(slowest);
    if (seconds(stage) == 0) {
      return "";
    }
    String name = stage.getKey().replace('_', ' ');
    return String.format(
        Locale.ROOT,
        "; longest stage: %s%s, %.1f s",
        name,
        name.equals("read") ? "" : " of " + slowest.getString("name"),
        seconds(stage));
  }

  private static Map.Entry<String, Object> longest(Config device) {
    return device.getConfig(STAGES).root().unwrapped().entrySet().stream()
        .max(Comparator.comparingDouble(DevicesSummary::seconds))
        .orElseThrow();
  }

  private static double seconds(Map.Entry<String, Object> stage) {
    return ((Number) stage.getValue()).doubleValue();
  }
}
