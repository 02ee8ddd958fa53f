package dev.farsight.serving.metrics;

import dev.farsight.serving.model.ServedModel;
import dev.farsight.serving.request.BodyBudget;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.IntSupplier;

/** What a server counts, in the text format of Prometheus. Any thread. */
public final class ServingMetrics {

  /** The content type of {@link #write}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final double NANOS = 1e-9;
  private static final double[] SECONDS = {
    .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10
  };
  private static final double[] SAMPLES = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests;
  private final Gauge underWay;
  private final Histogram requestSeconds;
  private final Histogram queueSeconds;
  private final Histogram computeSeconds;
  private final Histogram batchSamples;
  private final Counter rowsRead;
  private final Counter updates;
  private final Counter updateFailures;

  public ServingMetrics() {
    requests =
        Counter.builder()
            .name("farsight_requests_total")
            .help("Requests answered, by protocol and status.")
            .labelNames("protocol", "code")
            .register(registry);
    underWay =
        Gauge.builder()
            .name("farsight_requests_in_flight")
            .help("Requests for scores that are not answered yet.")
            .register(registry);
    requestSeconds =
        seconds("farsight_request_seconds", "Time from the arrival of a request to its answer.");
    queueSeconds =
        seconds("farsight_queue_seconds", "Time from the arrival of a request to its first batch.");
    computeSeconds = seconds("farsight_compute_seconds", "Time to score a batch.");
    batchSamples =
        Histogram.builder()
            .name("farsight_batch_samples")
            .help("Samples of a batch.")
            .classicOnly()
            .classicUpperBounds(SAMPLES)
            .register(registry);
    rowsRead =
        Counter.builder()
            .name("farsight_lookups_total")
            .help("Lookups of rows in embedding tables.")
            .register(registry);
    updates =
        counter("farsight_serving_updates_total", "Versions of a followed run that were loaded.");
    updateFailures =
        counter(
            "farsight_serving_update_failures_total",
            "Versions of a followed run that could not be loaded.");
  }

  private Counter counter(String name, String help) {
    return Counter.builder().name(name).help(help).register(registry);
  }

  private Histogram seconds(String name, String help) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(SECONDS)
        .register(registry);
  }

  /** Also tells of the bodies of requests. */
  public void watch(BodyBudget bodies) {
    GaugeWithCallback.builder()
        .name("farsight_pending_bytes")
        .help("Bytes of requests that are being read or wait for their answers.")
        .callback(value -> value.call((double) bodies.taken()))
        .register(registry);
  }

  /** Also tells of the model and the queue. */
  public void watch(ServedModel model, IntSupplier waitingSamples) {
    GaugeWithCallback.builder()
        .name("farsight_queue_samples")
        .help("Samples that wait to be scored.")
        .callback(value -> value.call(waitingSamples.getAsInt()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("farsight_model_version")
        .help("Version of the model that answers requests that name none.")
        .callback(value -> value.call((double) model.version()))
        .register(registry);
    CounterWithCallback.builder()
        .name("farsight_serving_full_loads_total")
        .help("How often all rows were loaded; other versions came by what had changed.")
        .callback(value -> value.call((double) model.fullLoads()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("farsight_model_rolled_back")
        .help("1 if an older version than the newest was chosen, otherwise 0.")
        .callback(value -> value.call(model.versionList().rolledBack() ? 1 : 0))
        .register(registry);
    GaugeWithCallback.builder()
        .name("farsight_model_loaded_timestamp_seconds")
        .help("When a version was loaded last.")
        .callback(value -> value.call(model.loading().at().toEpochMilli() / 1e3))
        .register(registry);
    GaugeWithCallback.builder()
        .name("farsight_model_load_seconds")
        .help("How long that took.")
        .callback(value -> value.call(model.loading().took().toNanos() * NANOS))
        .register(registry);
  }

  /** A version of a run that is followed was loaded. */
  public void updated() {
    updates.inc();
  }

  /** A version of a run that is followed could not be loaded. */
  public void updateFailed() {
    updateFailures.inc();
  }

  /** A request for scores has arrived. */
  public void begun() {
    underWay.inc();
  }

  /** A request for scores is answered. */
  public void ended(long nanos) {
    underWay.dec();
    requestSeconds.observe(nanos * NANOS);
  }

  /**
   * Any request is answered.
   *
   * @param protocol {@code http} or {@code grpc}
   */
  public void answered(String protocol, String code) {
    requests.labelValues(protocol, code).inc();
  }

  /** A request waited for its first batch. */
  public void queued(long nanos) {
    queueSeconds.observe(nanos * NANOS);
  }

  /** A batch was scored. */
  public void scored(int samples, long lookups, long nanos) {
    computeSeconds.observe(nanos * NANOS);
    batchSamples.observe(samples);
    rowsRead.inc(lookups);
  }

  /** Writes everything that was counted. */
  public void write(OutputStream out) throws IOException {
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
  }
}
