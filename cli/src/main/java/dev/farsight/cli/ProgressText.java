package dev.farsight.cli;

import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.StepProgress;
import java.util.Locale;

/** Figures of a run's progress in words. */
final class ProgressText {

  private ProgressText() {}

  static String count(StepProgress step) {
    return step.step() + (step.steps() > 0 ? "/" + step.steps() : "");
  }

  static String loss(StepProgress step) {
    return "loss " + fixed(step.loss(), 4);
  }

  static String hitRate(StepProgress step) {
    return "hit rate " + fixed(100 * step.hitRatio(), 1) + " %";
  }

  static String samplesPerSecond(StepProgress step) {
    return Amount.count(Math.round(step.samplesPerSecond())) + " samples/s";
  }

  static String stepsPerSecond(StepProgress step) {
    return fixed(step.stepsPerSecond(), 1) + " it/s";
  }

  static String count(PhaseProgress part) {
    return Amount.count(part.done())
        + (part.total() > 0 ? "/" + Amount.count(part.total()) : "")
        + " "
        + part.unit();
  }

  /** Seconds that the rest will take; not a number if nobody knows. */
  static double secondsLeft(PhaseProgress part, double elapsed) {
    return part.total() > 0 && part.done() > 0
        ? elapsed / part.done() * (part.total() - part.done())
        : Double.NaN;
  }

  /** Seconds that the remaining steps will take; not a number if nobody knows. */
  static double secondsLeft(StepProgress step) {
    return step.steps() > 0 && step.stepsPerSecond() > 0
        ? (step.steps() - step.step()) / step.stepsPerSecond()
        : Double.NaN;
  }

  /** Such as {@code 1:02:03}. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  private static String fixed(double number, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", number);
  }
}
