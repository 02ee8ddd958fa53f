package dev.farsight.bench.ablation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Least, middle and most of some figures. */
record Spread(double min, double median, double max) {

  /** Of figures that are numbers; null where there are none. */
  static Spread of(List<Double> figures) {
    List<Double> sorted = figures.stream().filter(Double::isFinite).sorted().toList();
    if (sorted.isEmpty()) {
      return null;
    }
    int half = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    return new Spread(sorted.get(0), median, sorted.get(sorted.size() - 1));
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("min", min);
    json.put("median", median);
    json.put("max", max);
    return json;
  }
}
