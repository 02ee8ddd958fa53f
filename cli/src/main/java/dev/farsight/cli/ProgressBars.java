package dev.farsight.cli;

import dev.farsight.engine.event.StepProgress;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress as a bar, one for each phase that has steps. */
final class ProgressBars implements ProgressDisplay {

  private static final int UPDATE_MILLIS = 250;
  private static final int INDEFINITE = -1;

  private final PrintStream out;
  private final int columns;
  private Line line;
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
    line = new Line(out, columns);
    return new ProgressBarBuilder()
        .setInitialMax(steps > 0 ? steps : INDEFINITE)
        .setStyle(ProgressBarStyle.ASCII)
        .setUnit(" it", 1)
        .showSpeed()
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(line)
        .build();
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      line.close();
      bar = null;
    }
  }

  /**
   * The line that the bar is drawn on; ends once. When a bar closes, its timer may be drawing at
   * the same moment, or may not have drawn at all and then leaves the line open.
   */
  private static final class Line extends ConsoleProgressBarConsumer {

    private boolean closed;

    Line(PrintStream out, int columns) {
      super(out, columns);
    }

    @Override
    public synchronized void accept(String text) {
      if (!closed) {
        super.accept(text);
      }
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        super.close();
      }
    }
  }
}
