package dev.farsight.engine.event;

/**
 * The progress of training after a step.
 *
 * @param step steps done
 * @param steps steps of the whole run; 0 if unknown
 * @param loss mean loss of the step's batch
 * @param samplesPerSecond since training began
 * @param stepsPerSecond since training began
 * @param hitRatio share of lookups that hit, since training began
 */
public record StepProgress(
    long step,
    long steps,
    float loss,
    double samplesPerSecond,
    double stepsPerSecond,
    double hitRatio) {

  /** The same, of a run of another length. */
  public StepProgress of(long allSteps) {
    return new StepProgress(step, allSteps, loss, samplesPerSecond, stepsPerSecond, hitRatio);
  }
}
