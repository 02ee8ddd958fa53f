package dev.farsight.engine.pipeline;

import java.util.List;

/**
 * Gives ranks more time for the first step that trains and for the first that evaluates: devices
 * load, compile and capture then, and one may take longer than {@code sharding.timeout} after the
 * others. Ends once all ranks have ended the step. Used by the thread that runs phases, and while a
 * phase runs by that of the steps stage.
 */
final class FirstSteps {

  private final List<LaneParts> lanes;
  private boolean trained;
  private boolean evaluated;

  FirstSteps(List<LaneParts> lanes) {
    this.lanes = lanes;
  }

  void begin(Phase phase) {
    boolean first = phase.training() ? !trained : !evaluated;
    lanes.forEach(parts -> parts.lane().firstStep(first));
  }

  /** All ranks have ended the first step of the phase. */
  void ended(Phase phase) {
    trained |= phase.training();
    evaluated |= !phase.training();
    lanes.forEach(parts -> parts.lane().firstStep(false));
  }
}
