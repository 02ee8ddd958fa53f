package dev.farsight.reading.internal.record;

import dev.farsight.reading.Transform;

/**
 * log(max(value, -1) + 2), the transform of counts: 0 at -1 and below, log 2 at 0. Counts are
 * mostly small, so those up to 4,095 are looked up. Computed by {@link StrictMath}: the same bits
 * everywhere.
 */
public final class LogTransform implements Transform {

  private static final int SMALL = 1 << 12;

  private final double[] small = new double[SMALL + 1];

  public LogTransform() {
    for (int value = -1; value < SMALL; value++) {
      small[value + 1] = compute(value);
    }
  }

  @Override
  public String name() {
    return "log";
  }

  @Override
  public double applyAsDouble(double value) {
    int count = (int) value;
    return count == value && count >= -1 && count < SMALL ? small[count + 1] : compute(value);
  }

  private static double compute(double value) {
    return StrictMath.log(Math.max(value, -1) + 2);
  }
}
