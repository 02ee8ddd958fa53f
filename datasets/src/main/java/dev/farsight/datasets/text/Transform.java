package dev.farsight.datasets.text;

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
}
