package dev.farsight.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.HostInfo;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.pipeline.CpuTimes;
import dev.farsight.engine.pipeline.StageTimes;
import dev.farsight.engine.run.DeviceFigures;
import dev.farsight.engine.run.Evaluator;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.run.Steady;
import dev.farsight.engine.run.TrainingCounters;
import dev.farsight.engine.run.TrainingRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one process has counted and holds at the end of a run: its share of the report.
 *
 * @param cache of training, or if there was none, of evaluations; the tables and devices too
 * @param steady counts of the steady part; null if training did not reach it
 * @param stages mean of its devices, in training
 * @param cpu CPU time in training
 * @param tiers below the device, see {@link TierSections}
 */
record ProcessFigures(
    String host,
    long pid,
    CacheCounters cache,
    TableCounters tables,
    CacheCounters steady,
    StageTimes stages,
    CpuTimes cpu,
    List<DeviceFigures> devices,
    long saturatedWeights,
    long ringBytes,
    long storeBytes,
    long peakRssBytes,
    List<Map<String, Object>> tiers) {

  /** Of this process. */
  static ProcessFigures of(Session session, TrainingRun run) {
    TrainingCounters counters = run.counters();
    Evaluator evaluator = run.evaluator();
    boolean trained = counters.steps() > 0;
    Steady steady = counters.steady();
    return new ProcessFigures(
        HostInfo.name(),
        ProcessHandle.current().pid(),
        trained ? counters.cache() : evaluator.cache(),
        trained ? counters.tables() : evaluator.tables(),
        steady == null ? null : steady.counters(),
        counters.stages(),
        counters.cpu(),
        DeviceFigures.of(session, trained ? counters.devices() : evaluator.devices()),
        counters.saturatedWeights(),
        ringBytes(session),
        session.store().stats().bytes(),
        HostInfo.peakRssBytes(),
        TierSections.of(session));
  }

  private static long ringBytes(Session session) {
    long rows =
        session.lanes().stream()
            .map(parts -> parts.lane().memory())
            .mapToLong(memory -> (long) memory.in().capacity() + memory.out().capacity())
            .sum();
    return rows * session.store().spec().format().bytes();
  }

  long slots() {
    return devices.stream().mapToLong(figures -> figures.device().slots()).sum();
  }

  long deviceBytes() {
    return devices.stream().mapToLong(figures -> figures.device().bytes()).sum();
  }

  /** What {@link #of(String, TableSet)} reads. */
  String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("host", host);
    json.put("pid", pid);
    json.put("cache", cache.values());
    json.put("tables", tables.values());
    json.put("steady", steady == null ? null : steady.values());
    json.put("stages", stages.values());
    json.put("cpu", cpu.values());
    json.put("devices", devices.stream().map(DeviceFigures::json).toList());
    json.put("saturated_weights", saturatedWeights);
    json.put("ring_bytes", ringBytes);
    json.put("store_bytes", storeBytes);
    json.put("peak_rss_bytes", peakRssBytes);
    json.put("tiers", tiers);
    return ConfigFactory.parseMap(json).root().render(ConfigRenderOptions.concise());
  }

  static ProcessFigures of(String text, TableSet tables) {
    Config json = ConfigFactory.parseString(text);
    return new ProcessFigures(
        json.getString("host"),
        json.getLong("pid"),
        CacheCounters.of(json.getLongList("cache")),
        TableCounters.of(tables, json.getLongList("tables")),
        json.hasPath("steady") ? CacheCounters.of(json.getLongList("steady")) : null,
        StageTimes.of(json.getDoubleList("stages")),
        CpuTimes.of(json.getDoubleList("cpu")),
        json.getConfigList("devices").stream().map(device -> DeviceFigures.of(device)).toList(),
        json.getLong("saturated_weights"),
        json.getLong("ring_bytes"),
        json.getLong("store_bytes"),
        json.getLong("peak_rss_bytes"),
        json.getObjectList("tiers").stream().map(tier -> tier.unwrapped()).toList());
  }
}
