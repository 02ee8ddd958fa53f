package dev.farsight.cli;

import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.StepProgress;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Progress as plain lines: the first step of training, then at most one line in five seconds. Other
 * parts of a run say how far they are once they have taken that long.
 */
final class ProgressLines implements ProgressDisplay {

  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private final PrintStream out;
  private final LongSupplier clock;
  private long nextStep;
  private long partStart;
  private long nextPart;
  private StepProgress unshown;

  /**
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  ProgressLines(PrintStream out, LongSupplier clock) {
    this.out = out;
    this.clock = clock;
    this.nextStep = clock.getAsLong();
  }

  @Override
  public synchronized void phase(String what) {
    last();
    out.println(Quoted.line(what));
    partStart = clock.getAsLong();
    nextPart = partStart + INTERVAL;
  }

  @Override
  public synchronized void progress(PhaseProgress part) {
    long now = clock.getAsLong();
    if (now - nextPart < 0) {
      return;
    }
    nextPart = now + INTERVAL;
    double elapsed = (now - partStart) / (double) TimeUnit.SECONDS.toNanos(1);
    double left = ProgressText.secondsLeft(part, elapsed);
    out.println(Quoted.line(part.phase()) + "  " + ProgressText.count(part) + eta(left));
  }

  @Override
  public synchronized void step(StepProgress step) {
    long now = clock.getAsLong();
    if (now - nextStep < 0) {
      unshown = step;
      return;
    }
    nextStep = now + INTERVAL;
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
    out.println(
        "step "
            + String.join(
                "  ",
                ProgressText.count(step),
                ProgressText.loss(step),
                ProgressText.stepsPerSecond(step),
                ProgressText.samplesPerSecond(step),
                ProgressText.hitRate(step))
            + eta(ProgressText.secondsLeft(step)));
  }

  private static String eta(double secondsLeft) {
    return Double.isNaN(secondsLeft) ? "" : "  ETA " + ProgressText.time(secondsLeft);
  }

  @Override
  public synchronized void close() {
    last();
  }
}
