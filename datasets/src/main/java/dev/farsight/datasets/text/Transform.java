package dev.farsight.datasets.text;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * One step of what a dense value goes through before it meets the model. Computed in double; the
 * result of the last step is rounded to float. Pure, safe for concurrent use.
 */
public interface Transform extends DoubleUnaryOperator {

  /** As configurations name it, with its figures. */
  String name();

  /** The step as JSON, for readers of models: its {@code type}, and its figures. */
  default Map<String, Object> json() {
    return Map.of("type", name());
  }

  /** What stands for a missing value if this is the first step. */
  default double missing() {
    return 0;
  }
}
