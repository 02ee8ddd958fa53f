package dev.farsight.cli;

import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.StepProgress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How far one part of a run has got, and the line that says so. */
final class PhaseState {

  private final String name;
  private final LongSupplier clock;
  private final long start;
  private StepProgress step;
  private PhaseProgress part;

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

  void part(PhaseProgress latest) {
    part = latest;
  }

  ProgressLine line() {
    if (step != null) {
      return training();
    }
    return part != null ? counting() : times(new ProgressLine(name, Double.NaN), Double.NaN, 2);
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

  private ProgressLine counting() {
    var line = new ProgressLine(name, share(part.done(), part.total()));
    line.field(3, ProgressText.count(part));
    return times(line, ProgressText.secondsLeft(part, elapsed()), 2);
  }

  private ProgressLine times(ProgressLine line, double secondsLeft, int elapsedRank) {
    double elapsed = elapsed();
    if (elapsed >= 1) {
      line.field(elapsedRank, "elapsed " + ProgressText.time(elapsed));
    }
    return secondsLeft > 0 ? line.field(1, "ETA " + ProgressText.time(secondsLeft)) : line;
  }

  private double elapsed() {
    return (clock.getAsLong() - start) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  private static double share(long done, long total) {
    return total > 0 ? Math.min(1, (double) done / total) : Double.NaN;
  }
}
