package dev.farsight.reading;

import dev.farsight.reading.internal.record.Clip;
import dev.farsight.reading.internal.record.LogTransform;
import dev.farsight.reading.internal.record.Standard;
import java.util.function.DoubleUnaryOperator;

/**
 * One step of what a dense value goes through before it meets the model. Computed in double; the
 * result of the last step is rounded to float. Pure, safe for concurrent use.
 */
public interface Transform extends DoubleUnaryOperator {

  /** As configurations name it, with its figures. */
  String name();

  /** What stands for a missing value if this is the first step. */
  default double missing() {
    return 0;
  }

  /**
   * log(max(x, -1) + 2), the transform of counts. Columns share one, which has a table of 32 KiB.
   */
  static Transform log() {
    return new LogTransform();
  }

  /** (x - mean) / deviation, both of the training part. */
  static Transform standard() {
    return standard(Double.NaN, Double.NaN);
  }

  /** (x - mean) / deviation; a figure that is NaN is that of the training part. */
  static Transform standard(double mean, double deviation) {
    return new Standard(mean, deviation);
  }

  /** The nearest value from {@code min} to {@code max}; either may be infinite. */
  static Transform clip(double min, double max) {
    return new Clip(min, max);
  }
}
