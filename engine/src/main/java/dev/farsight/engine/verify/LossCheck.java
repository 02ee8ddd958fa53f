package dev.farsight.engine.verify;

import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;

/**
 * Compares the losses of a replay with those that the run recorded, bit for bit. At the first one
 * that differs, the replay is stopped.
 */
final class LossCheck implements RunListener {

  private final float[] recorded;
  private final long firstStep;
  private final RunListener progress;
  private volatile Runnable stop = () -> {};
  private volatile long differentStep = -1;
  private volatile float differentLoss;

  /**
   * @param recorded losses of the steps after {@code firstStep}
   * @param progress receives phases, their progress, and steps too
   */
  LossCheck(float[] recorded, long firstStep, RunListener progress) {
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
  public void progress(PhaseProgress part) {
    progress.progress(part);
  }

  @Override
  public void step(StepProgress replayed) {
    long step = replayed.step();
    progress.step(replayed.of(firstStep + recorded.length));
    boolean equal =
        Float.floatToRawIntBits(replayed.loss()) == Float.floatToRawIntBits(recorded(step));
    if (!equal && differentStep < 0) {
      differentStep = step;
      differentLoss = replayed.loss();
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
