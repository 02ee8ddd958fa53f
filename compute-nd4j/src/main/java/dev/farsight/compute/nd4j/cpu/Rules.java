package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;

/** The rules of a step: that of rows and that of dense parameters. */
final class Rules {

  private final RowRule rows;
  private final ElementRule dense;

  Rules(StepSpec spec) {
    this.rows = RowRule.of(spec.optimizer().rows(), spec.slotFormat(), spec.format().dim());
    this.dense = ElementRule.of(spec.optimizer().dense());
  }

  /** Begins a step, before any of its updates, which may then run at once. */
  void begin(StepInput input) {
    rows.begin(input.rowLearningRate(), input.rowUpdates());
    dense.begin(input.denseLearningRate(), input.denseUpdates());
  }

  RowRule rows() {
    return rows;
  }

  ElementRule dense() {
    return dense;
  }
}
