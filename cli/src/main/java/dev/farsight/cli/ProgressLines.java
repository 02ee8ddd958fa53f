package dev.farsight.cli;

import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.StepProgress;
import java.io.PrintStream;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Progress as plain lines: the first step of training, then at most one line in five seconds. Other
 * parts of a run say how far they are once they have taken that long. A part that tells nothing of
 * itself, such as a source that reads all of its data when it is opened, is said to go on every
 * half a minute.
 */
final class ProgressLines implements ProgressDisplay {

  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private static final int TICK_MILLIS = 1000;
  private static final long STILL = TimeUnit.SECONDS.toNanos(30);

  private final PrintStream out;
  private final LongSupplier clock;
  private long nextStep;
  private long partStart;
  private long nextPart;
  private StepProgress unshown;
  private final Timer timer = new Timer("progress", true);

  /** The part under way that has told nothing of itself for a while; null if there is none. */
  private String silent;

  private long nextStill;

  /**
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  ProgressLines(PrintStream out, LongSupplier clock) {
    this.out = out;
    this.clock = clock;
    this.nextStep = clock.getAsLong();
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            tellSilent();
          }
        },
        TICK_MILLIS,
        TICK_MILLIS);
  }

  /** Says that a part goes on which has not told so itself. */
  synchronized void tellSilent() {
    long now = clock.getAsLong();
    if (silent != null && now - nextStill >= 0) {
      nextStill = now + STILL;
      out.println(silent + "  elapsed " + ProgressText.time(seconds(now - partStart)));
    }
  }

  @Override
  public synchronized void phase(String what) {
    last();
    silent = Quoted.line(what);
    out.println(silent);
    partStart = clock.getAsLong();
    nextPart = partStart + INTERVAL;
    nextStill = partStart + STILL;
  }

  @Override
  public synchronized void progress(PhaseProgress part) {
    silent = null;
    long now = clock.getAsLong();
    if (now - nextPart < 0) {
      return;
    }
    nextPart = now + INTERVAL;
    double left = ProgressText.secondsLeft(part, seconds(now - partStart));
    out.println(Quoted.line(part.phase()) + "  " + ProgressText.count(part) + eta(left));
  }

  @Override
  public synchronized void step(StepProgress step) {
    silent = null;
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

  private static double seconds(long nanos) {
    return nanos / (double) TimeUnit.SECONDS.toNanos(1);
  }

  @Override
  public synchronized void close() {
    timer.cancel();
    last();
  }
}
