package dev.farsight.engine.pipeline;

import dev.farsight.api.FarsightException;
import java.util.Locale;

/**
 * The loss of a step is infinite or not a number. Neither this step nor a later one has updated
 * anything.
 */
public final class NonFiniteLossException extends FarsightException {

  private static final long serialVersionUID = 1L;

  private final long step;
  private final float loss;

  /**
   * @param step number of the step since the run began, from 0
   * @param ranks those that had a dense value that is not finite; empty if none is known
   */
  public NonFiniteLossException(long step, float loss, String ranks) {
    super(
        String.format(
            Locale.ROOT,
            "the loss of step %d is %s%s; that step was not applied. Lower optimizer.learning-rate, or look for extreme values in the data",
            step + 1,
            loss,
            ranks.isEmpty()
                ? ""
                : ": values that are not finite were among the samples of " + ranks));
    this.step = step;
    this.loss = loss;
  }

  /** Number of the step since the run began, from 0. */
  public long step() {
    return step;
  }

  public float loss() {
    return loss;
  }
}
