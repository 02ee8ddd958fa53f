package dev.farsight.reading.internal.record;

import dev.farsight.reading.Transform;

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
}
