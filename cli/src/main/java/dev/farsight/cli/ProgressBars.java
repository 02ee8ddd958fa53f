package dev.farsight.cli;

import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.StepProgress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Progress on a terminal: the part of the run that is under way is a line with a bar, drawn four
 * times a second, and stays as a line when it is over. Steps cost no drawing.
 */
final class ProgressBars implements ProgressDisplay {

  private static final int INTERVAL_MILLIS = 250;

  private final StatusLine line;
  private final LongSupplier clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(ProgressBars::thread);
  private final ScheduledFuture<?> drawing;
  private PhaseState state;

  /**
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  ProgressBars(StatusLine line, LongSupplier clock) {
    this.line = line;
    this.clock = clock;
    drawing =
        timer.scheduleAtFixedRate(
            this::draw, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "progress");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public synchronized void phase(String what) {
    keep();
    state = new PhaseState(Quoted.line(what), clock);
    draw();
  }

  @Override
  public synchronized void progress(PhaseProgress part) {
    if (state != null) {
      state.part(part);
    }
  }

  @Override
  public synchronized void step(StepProgress step) {
    if (state == null) {
      state = new PhaseState("training", clock);
    }
    state.step(step);
  }

  private synchronized void draw() {
    if (state != null) {
      line.show(state.line()::fit);
    }
  }

  private void keep() {
    if (state != null) {
      line.keep(state.line()::fit);
      state = null;
    }
  }

  @Override
  public synchronized void close() {
    drawing.cancel(false);
    timer.shutdown();
    keep();
  }
}
