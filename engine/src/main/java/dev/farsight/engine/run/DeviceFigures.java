package dev.farsight.engine.run;

import com.typesafe.config.Config;
import dev.farsight.engine.checkpoint.DeviceProgress;
import dev.farsight.engine.pipeline.LaneThreads;
import dev.farsight.engine.pipeline.StageTimes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a device of a run is and has counted, which processes tell each other for the report.
 *
 * @param device what it is
 * @param counters what it has counted
 */
public record DeviceFigures(DeviceDescription device, DeviceCounters counters) {

  /** Of the devices of this process, by rank. */
  public static List<DeviceFigures> of(Session session, CountersByDevice counters) {
    List<DeviceDescription> devices = DeviceDescription.of(session);
    return IntStream.range(0, devices.size())
        .mapToObj(i -> new DeviceFigures(devices.get(i), counters.devices().get(i)))
        .toList();
  }

  /** What {@link #of(Config)} reads. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    DeviceProgress counted = counters.progress();
    json.put("name", device.name());
    json.put("gpu", device.gpu().orElse(null));
    json.put("slots", device.slots());
    json.put("regions", device.regions());
    json.put("threads", device.threads().byName());
    json.put("bytes", device.bytes());
    json.put("exchanged_row_bytes", device.exchangedRowBytes());
    json.put("cache", counted.cache());
    json.put("exchange", counted.exchange());
    json.put("stages", counted.stages().values());
    return json;
  }

  public static DeviceFigures of(Config json) {
    return new DeviceFigures(
        new DeviceDescription(
            json.getString("name"),
            json.hasPath("gpu") ? Optional.of(json.getString("gpu")) : Optional.empty(),
            json.getLong("slots"),
            json.getInt("regions"),
            LaneThreads.of(json.getConfig("threads")),
            json.getLong("bytes"),
            json.getLong("exchanged_row_bytes")),
        DeviceCounters.of(
            new DeviceProgress(
                json.getLongList("cache"),
                json.getLongList("exchange"),
                StageTimes.of(json.getDoubleList("stages")))));
  }
}
