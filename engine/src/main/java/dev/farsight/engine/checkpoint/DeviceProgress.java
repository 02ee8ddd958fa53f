package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.ExchangeCounters;
import dev.farsight.engine.pipeline.StageTimes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one device has counted.
 *
 * @param cache see {@link CacheCounters#values}
 * @param exchange see {@link ExchangeCounters#values}
 * @param stages working time of each stage
 */
public record DeviceProgress(List<Long> cache, List<Long> exchange, StageTimes stages) {

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cache_counters", cache);
    json.put("exchange_counters", exchange);
    json.put("stages", stages.values());
    return json;
  }

  static DeviceProgress of(Config json) {
    return new DeviceProgress(
        json.getLongList("cache_counters"),
        json.getLongList("exchange_counters"),
        StageTimes.of(json.getDoubleList("stages")));
  }

  /** Throws if a resumed run could not go on counting. */
  void requireUsable() {
    CacheCounters.of(cache);
    ExchangeCounters.of(exchange);
  }
}
