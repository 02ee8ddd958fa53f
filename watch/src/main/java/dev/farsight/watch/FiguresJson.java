package dev.farsight.watch;

import dev.farsight.engine.event.RunFigures;
import java.util.List;
import java.util.stream.IntStream;

/** Figures as the page reads them. */
final class FiguresJson {

  private FiguresJson() {}

  static Json of(RunFigures figures, Pace pace) {
    RunFigures.Cache cache = figures.cache();
    var stages = new Json();
    pace.stageMillis().forEach(stages::put);
    return new Json()
        .put("step", figures.step())
        .put("samples", figures.samples())
        .put("seconds", figures.seconds())
        .put("samples_per_second", pace.samplesPerSecond())
        .put("iterations_per_second", pace.stepsPerSecond())
        .put("hit_ratio", pace.hitRatio())
        .put("row_hit_ratio", figures.rowBound().hitRatio())
        .put("row_limit", figures.rowBound().limit())
        .put("policy", cache.policy())
        .put("slots", cache.slots())
        .put("row_bytes", cache.rowBytes())
        .put("loaded_bytes", cache.loadedRows() * cache.rowBytes())
        .put("written_back_bytes", cache.writtenBackRows() * cache.rowBytes())
        .put("stage_ms", stages)
        .put("limiting_stage", pace.limitingStage())
        .put("tables", figures.tables().stream().map(FiguresJson::table).toList())
        .put("devices", devices(figures, pace))
        .put("device_bytes", figures.memory().deviceBytes())
        .put("store_bytes", figures.memory().storeBytes())
        .put("resident_bytes", ProcessMemory.residentBytes())
        .put("heap_bytes", ProcessMemory.heapBytes())
        .put("gpu", figures.gpu().orElse(null));
  }

  /** Those of a run of several devices. */
  private static List<Json> devices(RunFigures figures, Pace pace) {
    int count = figures.devices().size();
    return count == 1
        ? List.of()
        : IntStream.range(0, count).mapToObj(rank -> device(figures, rank, pace)).toList();
  }

  private static Json device(RunFigures figures, int rank, Pace pace) {
    RunFigures.Device device = figures.devices().get(rank);
    DevicePace now = pace.devices().isEmpty() ? null : pace.devices().get(rank);
    long rowBytes = figures.cache().rowBytes();
    String limiting = now == null ? "" : now.limitingStage();
    return new Json()
        .put("name", device.name())
        .put("slots", device.slots())
        .put("device_bytes", device.deviceBytes())
        .put("unique_rows", device.uniqueRows())
        .put("hit_ratio", now == null ? null : now.hitRatio())
        .put("loaded_bytes", device.loadedRows() * rowBytes)
        .put("written_back_bytes", device.writtenBackRows() * rowBytes)
        .put("sent_bytes", device.sentBytes())
        .put("received_bytes", device.receivedBytes())
        .put("limiting_stage", limiting)
        .put("limiting_ms", limiting.isEmpty() ? null : now.stageMillis().get(limiting));
  }

  private static Json table(RunFigures.Table table) {
    return new Json()
        .put("name", table.name())
        .put("lookups", table.lookups())
        .put("hits", table.hits());
  }
}
