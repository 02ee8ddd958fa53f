package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the devices of a run have counted since it had that many.
 *
 * @param sinceStep steps trained before they began to count
 * @param devices by rank; empty in checkpoints of earlier versions
 */
public record DevicesProgress(long sinceStep, List<DeviceProgress> devices) {

  static final String KEY = "devices";

  private static final String SINCE = "since_step";
  private static final String COUNTED = "counted";

  public DevicesProgress {
    devices = List.copyOf(devices);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(SINCE, sinceStep);
    json.put(COUNTED, devices.stream().map(DeviceProgress::json).toList());
    return json;
  }

  /** Of the run's progress; earlier versions did not count by device. */
  static DevicesProgress of(Config progress) {
    if (!progress.hasPath(KEY)) {
      return new DevicesProgress(0, List.of());
    }
    Config json = progress.getConfig(KEY);
    return new DevicesProgress(
        json.getLong(SINCE),
        json.getConfigList(COUNTED).stream().map(config -> DeviceProgress.of(config)).toList());
  }

  /** Throws if a resumed run could not go on counting. */
  void requireUsable() {
    devices.forEach(DeviceProgress::requireUsable);
  }
}
