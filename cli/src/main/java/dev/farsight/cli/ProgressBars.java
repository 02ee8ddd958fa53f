package dev.farsight.cli;

import dev.farsight.engine.StepProgress;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress as a bar, one for each phase that has steps. */
final class ProgressBars implements Progress {

  private static final int UPDATE_MILLIS = 250;
  private static final int INDEFINITE = -1;

  private final PrintStream out;
  private final int columns;
  private ProgressBar bar;

  ProgressBars(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  @Override
  public synchronized void phase(String what) {
    close();
    out.println(what);
  }

  @Override
  public synchronized void step(StepProgress step) {
    if (bar == null) {
      bar = bar(step.steps());
    }
    bar.stepTo(step.step());
    bar.setExtraMessage(StepText.brief(step));
  }

  private ProgressBar bar(long steps) {
    return new ProgressBarBuilder()
        .setInitialMax(steps > 0 ? steps : INDEFINITE)
        .setStyle(ProgressBarStyle.ASCII)
        .setUnit(" it", 1)
        .showSpeed()
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(new ConsoleProgressBarConsumer(out, columns))
        .build();
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
