package dev.farsight.cli;

import dev.farsight.engine.StepProgress;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Progress as plain lines: the first step of a phase, then at most one line in five seconds. */
final class ProgressLines implements ProgressDisplay {

  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private final PrintStream out;
  private final LongSupplier clock;
  private long next;
  private StepProgress unshown;

  /**
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  ProgressLines(PrintStream out, LongSupplier clock) {
    this.out = out;
    this.clock = clock;
    this.next = clock.getAsLong();
  }

  @Override
  public synchronized void phase(String what) {
    last();
    out.println(what);
  }

  @Override
  public synchronized void step(StepProgress step) {
    long now = clock.getAsLong();
    if (now - next < 0) {
      unshown = step;
      return;
    }
    next = now + INTERVAL;
    show(step);
  }

  /** The last step of a phase is always shown. */
  private void last() {
    if (unshown != null) {
      show(unshown);
    }
  }

  private void show(StepProgress step) {
    unshown = null;
    double left = ProgressText.secondsLeft(step);
    out.println(
        "step "
            + String.join(
                "  ",
                ProgressText.count(step),
                ProgressText.loss(step),
                ProgressText.stepsPerSecond(step),
                ProgressText.samplesPerSecond(step),
                ProgressText.hitRate(step))
            + (Double.isNaN(left) ? "" : "  ETA " + ProgressText.time(left)));
  }

  @Override
  public synchronized void close() {
    last();
  }
}
