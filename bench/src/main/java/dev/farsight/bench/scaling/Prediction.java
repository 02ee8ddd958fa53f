package dev.farsight.bench.scaling;

import java.util.LinkedHashMap;
import java.util.Map;

/** A case on some hosts. */
record Prediction(
    GpuHosts.Measured measured,
    HostStep one,
    Traffic traffic,
    Network network,
    Way way,
    ScaledStep step) {

  static Prediction of(
      GpuHosts.Measured measured, int hosts, double gigabits, Way way, Inputs inputs) {
    HostStep one = measured.step(inputs.deviation(), inputs.copyBytesPerSecond());
    Traffic traffic = Traffic.of(measured.work(), new Places(hosts, GpuHosts.GPUS), way);
    Network network = inputs.network(gigabits);
    return new Prediction(
        measured, one, traffic, network, way, ScaledStep.of(one, traffic, network));
  }

  int hosts() {
    return traffic.places().hosts();
  }

  /** All hosts together, at a step of so many seconds. */
  double millionSamplesPerSecond(double seconds) {
    return traffic.places().ranks() * (double) measured.work().samples() / seconds / 1e6;
  }

  double slow() {
    return step.oneAfterTheOther();
  }

  double fast() {
    return step.allAtOnce();
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("case", measured.name());
    json.put("one_host", measured.measured());
    json.put("hosts", hosts());
    json.put("ranks", traffic.places().ranks());
    json.put("network", network.name());
    json.put("way", way.name());
    json.put("built", way.built());
    json.put("unique_rows_a_rank", traffic.uniqueRows());
    json.put("bytes_a_host", traffic.all());
    json.putAll(step.json());
    json.put("efficiency_at_least", ScaledStep.efficiency(one, slow()));
    json.put("efficiency_at_most", ScaledStep.efficiency(one, fast()));
    json.put("million_samples_per_second_at_least", millionSamplesPerSecond(slow()));
    json.put("million_samples_per_second_at_most", millionSamplesPerSecond(fast()));
    return json;
  }
}
