package dev.farsight.reading.internal.record;

import dev.farsight.reading.Transform;
import java.util.LinkedHashMap;
import java.util.Map;

/** The nearest value from {@code min} to {@code max}; either may be infinite. */
public record Clip(double min, double max) implements Transform {

  @Override
  public String name() {
    return "clip from " + min + " to " + max;
  }

  @Override
  public double applyAsDouble(double value) {
    return Math.min(Math.max(value, min), max);
  }

  /** Bounds that are not set are left out. */
  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "clip");
    if (Double.isFinite(min)) {
      json.put("min", min);
    }
    if (Double.isFinite(max)) {
      json.put("max", max);
    }
    return json;
  }
}
