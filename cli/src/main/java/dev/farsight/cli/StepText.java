package dev.farsight.cli;

import dev.farsight.engine.event.StepProgress;
import java.util.Locale;

/** A step in words. */
final class StepText {

  private StepText() {}

  /** What a bar does not show by itself. */
  static String brief(StepProgress step) {
    return " loss " + fixed(step.loss(), 4) + hits(step);
  }

  static String line(StepProgress step) {
    return "step "
        + step.step()
        + (step.steps() > 0 ? "/" + step.steps() : "")
        + "  loss "
        + fixed(step.loss(), 4)
        + "  "
        + fixed(step.stepsPerSecond(), 1)
        + " it/s  "
        + Amount.count(Math.round(step.samplesPerSecond()))
        + " samples/s"
        + hits(step)
        + remaining(step);
  }

  private static String hits(StepProgress step) {
    return "  hits " + fixed(100 * step.hitRatio(), 1) + " %";
  }

  private static String remaining(StepProgress step) {
    if (step.steps() <= 0 || !(step.stepsPerSecond() > 0)) {
      return "";
    }
    long seconds = Math.round((step.steps() - step.step()) / step.stepsPerSecond());
    return String.format(
        Locale.ROOT, "  ETA %d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private static String fixed(double number, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", number);
  }
}
