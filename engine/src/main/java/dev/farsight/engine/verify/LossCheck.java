package dev.farsight.engine.verify;

import dev.farsight.engine.run.RunEvents;

/**
 * Compares the losses of a replay with those that the run recorded, bit for bit. At the first one
 * that differs, the replay is stopped.
 */
final class LossCheck implements RunEvents {

  private final float[] recorded;
  private final long firstStep;
  private final RunEvents progress;
  private volatile Runnable stop = () -> {};
  private volatile long differentStep = -1;
  private volatile float differentLoss;

  /**
   * @param recorded losses of the steps after {@code firstStep}
   * @param progress receives all events too
   */
  LossCheck(float[] recorded, long firstStep, RunEvents progress) {
    this.recorded = recorded;
    this.firstStep = firstStep;
    this.progress = progress;
  }

  /** Sets what stops the replay. */
  void stopWith(Runnable stop) {
    this.stop = stop;
  }

  @Override
  public void phase(String what) {
    progress.phase(what);
  }

  @Override
  public void step(
      long step,
      long steps,
      float loss,
      double samplesPerSecond,
      double stepsPerSecond,
      double hitRatio) {
    progress.step(
        step, firstStep + recorded.length, loss, samplesPerSecond, stepsPerSecond, hitRatio);
    boolean equal = Float.floatToRawIntBits(loss) == Float.floatToRawIntBits(recorded(step));
    if (!equal && differentStep < 0) {
      differentStep = step;
      differentLoss = loss;
      stop.run();
    }
  }

  /** The recorded loss of a step. */
  float recorded(long step) {
    return recorded[(int) (step - firstStep - 1)];
  }

  /** The first step whose loss differs; -1 if there is none. */
  long differentStep() {
    return differentStep;
  }

  /** The replay's loss of that step. */
  float differentLoss() {
    return differentLoss;
  }
}
