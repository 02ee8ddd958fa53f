package dev.farsight.engine;

import dev.farsight.api.table.TableSet;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.pipeline.CpuTimes;
import dev.farsight.engine.pipeline.StageTimes;
import dev.farsight.engine.run.DeviceFigures;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.run.TrainingRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What all processes of a run have counted and hold, together. */
final class AllFigures {

  private final List<ProcessFigures> processes;

  private AllFigures(List<ProcessFigures> processes) {
    this.processes = processes;
  }

  /** At the end of a run. All processes call this at the same place. */
  static AllFigures gather(Session session, TrainingRun run) {
    var own = ProcessFigures.of(session, run);
    if (session.processes().isAlone()) {
      return new AllFigures(List.of(own));
    }
    TableSet tables = session.data().schema().tables();
    List<ProcessFigures> all = new ArrayList<>();
    for (String text : session.processes().gather(own.json())) {
      all.add(ProcessFigures.of(text, tables));
    }
    return new AllFigures(all);
  }

  CacheCounters cache() {
    return CacheCounters.sum(each(ProcessFigures::cache));
  }

  TableCounters tables() {
    return TableCounters.sum(each(ProcessFigures::tables));
  }

  /** Of the steady part, which all processes have reached. */
  CacheCounters steady() {
    return CacheCounters.sum(each(ProcessFigures::steady));
  }

  /** Mean of all devices. */
  StageTimes stages() {
    return StageTimes.mean(each(ProcessFigures::stages));
  }

  /** Sum of all processes. */
  CpuTimes cpu() {
    return each(ProcessFigures::cpu).stream().reduce(CpuTimes.ZERO, CpuTimes::plus);
  }

  /** By rank. */
  List<DeviceFigures> devices() {
    return processes.stream().flatMap(process -> process.devices().stream()).toList();
  }

  long slots() {
    return sum(ProcessFigures::slots);
  }

  long saturatedWeights() {
    return sum(ProcessFigures::saturatedWeights);
  }

  long ringBytes() {
    return sum(ProcessFigures::ringBytes);
  }

  long deviceBytes() {
    return sum(ProcessFigures::deviceBytes);
  }

  long storeBytes() {
    return sum(ProcessFigures::storeBytes);
  }

  long peakRssBytes() {
    return sum(ProcessFigures::peakRssBytes);
  }

  List<Map<String, Object>> tiers() {
    return TierSections.sum(each(ProcessFigures::tiers));
  }

  /** The report's section about each. */
  List<Map<String, Object>> json() {
    return processes.stream().map(AllFigures::json).toList();
  }

  private static Map<String, Object> json(ProcessFigures process) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("host", process.host());
    json.put("pid", process.pid());
    json.put("devices", process.devices().stream().map(it -> it.device().name()).toList());
    json.put("device_bytes", process.deviceBytes());
    json.put("store_bytes", process.storeBytes());
    json.put("peak_rss_bytes", process.peakRssBytes());
    json.put("stages", process.stages().byName());
    json.put("cpu_seconds", process.cpu().byName());
    return json;
  }

  private <T> List<T> each(Function<ProcessFigures, T> figure) {
    return processes.stream().map(figure).toList();
  }

  private long sum(ToLongFunction<ProcessFigures> figure) {
    return processes.stream().mapToLong(figure).sum();
  }
}
