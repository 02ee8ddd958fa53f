package dev.farsight.engine;

import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.ExchangeCounters;
import dev.farsight.engine.run.DeviceCounters;
import dev.farsight.engine.run.DeviceDescription;
import dev.farsight.engine.run.DeviceFigures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the report tells of each device. */
final class DeviceSections {

  private DeviceSections() {}

  /** By rank. */
  static List<Map<String, Object>> of(List<DeviceFigures> devices) {
    return devices.stream().map(it -> section(it.device(), it.counters())).toList();
  }

  private static Map<String, Object> section(DeviceDescription device, DeviceCounters counters) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("name", device.name());
    section.put("gpu", device.gpu().orElse(null));
    section.put("slots", device.slots());
    section.put("regions", device.regions());
    section.put("threads", device.threads().byName());
    section.put("device_bytes", device.bytes());
    section.putAll(counts(counters.cache()));
    section.put("exchange", exchange(counters.exchange(), device.exchangedRowBytes()));
    section.put("stages", counters.stages().byName());
    return section;
  }

  /** Of all devices, or of one. */
  static Map<String, Object> counts(CacheCounters counters) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("lookups", counters.lookups());
    section.put("hits", counters.hits());
    section.put("hit_ratio", counters.hitRatio());
    section.put("unique_rows", counters.uniqueRows());
    section.put("unique_hits", counters.uniqueHits());
    section.put("unique_hit_ratio", counters.uniqueHitRatio());
    section.put("loaded_rows", counters.loaded());
    section.put("forwarded_rows", counters.forwarded());
    section.put("evicted_rows", counters.evicted());
    section.put("written_back_rows", counters.writtenBack());
    section.put("lookahead_shrunk", counters.shrunk());
    return section;
  }

  private static Map<String, Object> exchange(ExchangeCounters counters, long rowBytes) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("forward", oneWay(counters.forwardSent(), counters.forwardReceived(), rowBytes));
    section.put("backward", oneWay(counters.backwardSent(), counters.backwardReceived(), rowBytes));
    return section;
  }

  private static Map<String, Object> oneWay(long sent, long received, long rowBytes) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("sent_rows", sent);
    section.put("sent_bytes", sent * rowBytes);
    section.put("received_rows", received);
    section.put("received_bytes", received * rowBytes);
    return section;
  }
}
