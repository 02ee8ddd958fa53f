package dev.farsight.watch;

import dev.farsight.engine.event.RunFigures;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The metrics of each device, in runs of several. In others they have no value. */
final class DeviceMetrics {

  private static final String DEVICE = "device";

  private final PrometheusRegistry registry;
  private final RunView view;

  private DeviceMetrics(PrometheusRegistry registry, RunView view) {
    this.registry = registry;
    this.view = view;
  }

  static void register(PrometheusRegistry registry, RunView view) {
    var metrics = new DeviceMetrics(registry, view);
    metrics.gauges();
    metrics.cache();
    metrics.exchange();
    metrics.stages();
  }

  private void gauges() {
    gauge("cache_slots", "Rows that the device's cache can hold.", RunFigures.Device::slots);
    gauge("memory_bytes", "Bytes of the device's memory.", RunFigures.Device::deviceBytes);
  }

  private void cache() {
    counter(
        "cache_lookups_total",
        "Lookups, by samples of all devices, of rows that the device has.",
        RunFigures.Device::lookups);
    counter(
        "cache_hits_total",
        "Those of them whose row was in the device's cache.",
        RunFigures.Device::hits);
    counter(
        "cache_unique_rows_total",
        "Unique rows of batches that the device has.",
        RunFigures.Device::uniqueRows);
    counter("loaded_rows_total", "Rows read from the store.", RunFigures.Device::loadedRows);
    counter(
        "written_back_rows_total",
        "Changed rows written to the store when they were evicted.",
        RunFigures.Device::writtenBackRows);
  }

  private void exchange() {
    counter(
        "sent_bytes_total",
        "Bytes of rows and gradients sent to other devices.",
        RunFigures.Device::sentBytes);
    counter(
        "received_bytes_total",
        "Bytes of rows and gradients received from other devices.",
        RunFigures.Device::receivedBytes);
  }

  private void stages() {
    CounterWithCallback.builder()
        .name("farsight_device_stage_seconds_total")
        .help("Time that each stage of the device's pipeline worked. All share one reader.")
        .labelNames(DEVICE, "stage")
        .callback(
            metric ->
                devices()
                    .forEach(
                        device ->
                            device
                                .stageSeconds()
                                .forEach(
                                    (stage, seconds) ->
                                        metric.call(seconds, device.name(), stage))))
        .register(registry);
  }

  private void counter(String name, String help, ToDoubleFunction<RunFigures.Device> value) {
    CounterWithCallback.builder()
        .name("farsight_device_" + name)
        .help(help)
        .labelNames(DEVICE)
        .callback(
            metric ->
                devices()
                    .forEach(device -> metric.call(value.applyAsDouble(device), device.name())))
        .register(registry);
  }

  private void gauge(String name, String help, ToDoubleFunction<RunFigures.Device> value) {
    GaugeWithCallback.builder()
        .name("farsight_device_" + name)
        .help(help)
        .labelNames(DEVICE)
        .callback(
            metric ->
                devices()
                    .forEach(device -> metric.call(value.applyAsDouble(device), device.name())))
        .register(registry);
  }

  private List<RunFigures.Device> devices() {
    RunFigures figures = view.figures();
    return figures == null || figures.devices().size() == 1 ? List.of() : figures.devices();
  }
}
