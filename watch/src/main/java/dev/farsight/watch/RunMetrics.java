package dev.farsight.watch;

import dev.farsight.engine.Version;
import dev.farsight.engine.event.RunFigures;
import dev.farsight.engine.metrics.Quality;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a run as metrics of Prometheus. Values are read when they are scraped. A metric
 * that is not known yet, such as the AUROC before the first evaluation, has no value.
 */
final class RunMetrics {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final RunView view;

  /**
   * @param sinks count what they drop
   */
  RunMetrics(RunView view, Sinks sinks) {
    this.view = view;
    Info.builder()
        .name("farsight_build_info")
        .help("Version and commit of Farsight.")
        .labelNames("version", "commit")
        .register(registry)
        .setLabelValues(Version.number(), Version.commit());
    training();
    cache();
    evaluations();
    memory();
    DeviceMetrics.register(registry, view);
    CounterWithCallback.builder()
        .name("farsight_watch_dropped_events_total")
        .help("Events of the run that the watching thread was too slow to take.")
        .callback(metric -> metric.call((double) sinks.dropped()))
        .register(registry);
  }

  PrometheusRegistry registry() {
    return registry;
  }

  private void training() {
    CounterWithCallback.builder()
        .name("farsight_steps_total")
        .help("Training steps done.")
        .callback(
            metric -> {
              if (view.lastStep() != null) {
                metric.call((double) view.lastStep().step());
              }
            })
        .register(registry);
    counter("farsight_samples_total", "Samples trained.", RunFigures::samples);
    counter(
        "farsight_train_seconds_total",
        "Time of training, without evaluations and checkpoints.",
        RunFigures::seconds);
    GaugeWithCallback.builder()
        .name("farsight_loss")
        .help("Mean loss of the last batch.")
        .callback(
            metric -> {
              if (view.lastStep() != null) {
                metric.call(view.lastStep().loss());
              }
            })
        .register(registry);
    CounterWithCallback.builder()
        .name("farsight_stage_seconds_total")
        .help("Time that each stage of the pipeline worked. Stages overlap.")
        .labelNames("stage")
        .callback(
            metric ->
                known(
                    figures ->
                        figures
                            .stageSeconds()
                            .forEach((stage, seconds) -> metric.call(seconds, stage))))
        .register(registry);
    CounterWithCallback.builder()
        .name("farsight_checkpoints_total")
        .help("Checkpoints completed.")
        .callback(metric -> metric.call((double) view.checkpoints()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("farsight_checkpoint_step")
        .help("Steps trained before the last checkpoint.")
        .callback(
            metric -> {
              if (view.lastCheckpoint() != null) {
                metric.call((double) view.lastCheckpoint().step());
              }
            })
        .register(registry);
  }

  private void cache() {
    CounterWithCallback.builder()
        .name("farsight_cache_lookups_total")
        .help("Lookups, by table.")
        .labelNames("table")
        .callback(
            metric ->
                known(
                    figures ->
                        figures.tables().forEach(t -> metric.call((double) t.lookups(), t.name()))))
        .register(registry);
    CounterWithCallback.builder()
        .name("farsight_cache_hits_total")
        .help("Lookups whose row was in the cache, by table.")
        .labelNames("table")
        .callback(
            metric ->
                known(
                    figures ->
                        figures.tables().forEach(t -> metric.call((double) t.hits(), t.name()))))
        .register(registry);
    counter(
        "farsight_cache_unique_rows_total",
        "Unique rows of batches.",
        figures -> figures.cache().uniqueRows());
    counter(
        "farsight_cache_unique_hits_total",
        "Unique rows of batches that were in the cache.",
        figures -> figures.cache().uniqueHits());
    gauge(
        "farsight_cache_row_hit_limit_ratio",
        "Largest share of unique rows that could have hit so far: each row is loaded once.",
        figures -> figures.rowBound().limit());
    gauge("farsight_cache_slots", "Rows that the cache can hold.", f -> f.cache().slots());
    counter(
        "farsight_cache_loaded_bytes_total",
        "Bytes of rows read from the store.",
        figures -> figures.cache().loadedRows() * figures.cache().rowBytes());
    counter(
        "farsight_cache_written_back_bytes_total",
        "Bytes of changed rows written to the store when they were evicted.",
        figures -> figures.cache().writtenBackRows() * figures.cache().rowBytes());
  }

  private void evaluations() {
    quality("farsight_eval_auroc", "AUROC of the last evaluation.", Quality::auroc);
    quality("farsight_eval_auprc", "AUPRC of the last evaluation.", Quality::auprc);
    quality("farsight_eval_logloss", "Logloss of the last evaluation.", Quality::logloss);
    quality(
        "farsight_eval_calibration", "Calibration of the last evaluation.", Quality::calibration);
    GaugeWithCallback.builder()
        .name("farsight_eval_step")
        .help("Steps trained before the last evaluation.")
        .callback(
            metric -> {
              if (view.lastEvaluation() != null) {
                metric.call((double) view.lastEvaluation().step());
              }
            })
        .register(registry);
  }

  private void memory() {
    gauge("farsight_device_bytes", "Bytes on the device.", f -> f.memory().deviceBytes());
    gauge("farsight_store_bytes", "Bytes of the store of rows.", f -> f.memory().storeBytes());
    GaugeWithCallback.builder()
        .name("process_resident_memory_bytes")
        .help("Resident memory of the process, mapped files included.")
        .callback(metric -> metric.call((double) ProcessMemory.residentBytes()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("farsight_heap_used_bytes")
        .help("Java heap in use, garbage included.")
        .callback(metric -> metric.call((double) ProcessMemory.heapBytes()))
        .register(registry);
  }

  private void counter(String name, String help, ToDoubleFunction<RunFigures> value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(metric -> known(figures -> metric.call(value.applyAsDouble(figures))))
        .register(registry);
  }

  private void gauge(String name, String help, ToDoubleFunction<RunFigures> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(metric -> known(figures -> metric.call(value.applyAsDouble(figures))))
        .register(registry);
  }

  private void quality(String name, String help, ToDoubleFunction<Quality> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(
            metric -> {
              var evaluation = view.lastEvaluation();
              if (evaluation != null && evaluation.quality().isPresent()) {
                metric.call(value.applyAsDouble(evaluation.quality().get()));
              }
            })
        .register(registry);
  }

  private void known(Consumer<RunFigures> use) {
    RunFigures figures = view.figures();
    if (figures != null) {
      use.accept(figures);
    }
  }
}
