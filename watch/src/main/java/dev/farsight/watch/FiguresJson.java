package dev.farsight.watch;

import dev.farsight.engine.event.RunFigures;

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
        .put("device_bytes", figures.memory().deviceBytes())
        .put("store_bytes", figures.memory().storeBytes())
        .put("resident_bytes", ProcessMemory.residentBytes())
        .put("heap_bytes", ProcessMemory.heapBytes())
        .put("gpu", figures.gpu().orElse(null));
  }

  private static Json table(RunFigures.Table table) {
    return new Json()
        .put("name", table.name())
        .put("lookups", table.lookups())
        .put("hits", table.hits());
  }
}
