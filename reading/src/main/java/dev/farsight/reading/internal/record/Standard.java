package dev.farsight.reading.internal.record;

import dev.farsight.reading.Transform;

/**
 * (value - mean) / deviation; 0 if the deviation is 0, as of a column that is constant. A figure
 * that is NaN is still to be found out from the training part.
 */
public record Standard(double mean, double deviation) implements Transform {

  /** Whether a figure is still to be found out. */
  boolean unknown() {
    return Double.isNaN(mean) || Double.isNaN(deviation);
  }

  /** The same, with what was found out in place of what is not known. */
  Standard with(Scale found) {
    return new Standard(
        Double.isNaN(mean) ? found.mean() : mean,
        Double.isNaN(deviation) ? found.deviation() : deviation);
  }

  @Override
  public String name() {
    return "standard";
  }

  @Override
  public double applyAsDouble(double value) {
    return deviation == 0 ? 0 : (value - mean) / deviation;
  }

  /** A missing value counts as the mean. */
  @Override
  public double missing() {
    return mean;
  }
}
