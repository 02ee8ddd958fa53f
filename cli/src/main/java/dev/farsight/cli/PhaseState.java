package dev.farsight.cli;

import dev.farsight.engine.StepProgress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How far one part of a run has got, and the line that says so. */
final class PhaseState {

  private final String name;
  private final LongSupplier clock;
  private final long start;
  private StepProgress step;

  /**
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  PhaseState(String name, LongSupplier clock) {
    this.name = name;
    this.clock = clock;
    this.start = clock.getAsLong();
  }

  void step(StepProgress latest) {
    step = latest;
  }

  ProgressLine line() {
    return step == null ? plain() : training();
  }

  private ProgressLine training() {
    var line = new ProgressLine(name, share(step.step(), step.steps()));
    line.field(5, (step.steps() > 0 ? "" : "step ") + ProgressText.count(step));
    line.field(2, ProgressText.loss(step));
    line.field(3, ProgressText.hitRate(step));
    line.field(4, ProgressText.samplesPerSecond(step));
    line.field(6, ProgressText.stepsPerSecond(step));
    return times(line, ProgressText.secondsLeft(step), 7);
  }

  /** A part that counts nothing. */
  private ProgressLine plain() {
    return times(new ProgressLine(name, Double.NaN), Double.NaN, 2);
  }

  private ProgressLine times(ProgressLine line, double secondsLeft, int elapsedRank) {
    double elapsed = (clock.getAsLong() - start) / (double) TimeUnit.SECONDS.toNanos(1);
    if (elapsed >= 1) {
      line.field(elapsedRank, "elapsed " + ProgressText.time(elapsed));
    }
    return secondsLeft > 0 ? line.field(1, "ETA " + ProgressText.time(secondsLeft)) : line;
  }

  private static double share(long done, long total) {
    return total > 0 ? Math.min(1, (double) done / total) : Double.NaN;
  }
}
