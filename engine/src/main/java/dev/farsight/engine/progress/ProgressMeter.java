package dev.farsight.engine.progress;

import dev.farsight.engine.event.PhaseProgress;
import dev.farsight.engine.event.RunListener;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts the units of one part of a run, and tells the listener at most ten times a second and at
 * the end. A call without an event costs a look at the clock, so count by chunks or batches, not by
 * rows. Any threads.
 */
public final class ProgressMeter {

  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);

  private final RunListener listener;
  private final String phase;
  private final long total;
  private final String unit;
  private final LongSupplier clock;
  private long done;
  private long told = -1;
  private long toldNanos;

  private ProgressMeter(
      RunListener listener, String phase, long total, String unit, LongSupplier clock) {
    this.listener = listener;
    this.phase = phase;
    this.total = total;
    this.unit = unit;
    this.clock = clock;
    toldNanos = clock.getAsLong();
  }

  /**
   * Begins a part of the run: tells its name, as {@link RunListener#phase}.
   *
   * @param total units of the whole part; 0 if unknown
   * @param unit what is counted, in the plural
   */
  public static ProgressMeter begin(RunListener listener, String phase, long total, String unit) {
    listener.phase(phase);
    return new ProgressMeter(listener, phase, total, unit, System::nanoTime);
  }

  /**
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  static ProgressMeter begin(
      RunListener listener, String phase, long total, String unit, LongSupplier clock) {
    listener.phase(phase);
    return new ProgressMeter(listener, phase, total, unit, clock);
  }

  /** More units are done. */
  public synchronized void add(long units) {
    done += units;
    long now = clock.getAsLong();
    if (now - toldNanos >= INTERVAL) {
      toldNanos = now;
      tell();
    }
  }

  /** The part is over. */
  public synchronized void end() {
    if (told != done) {
      tell();
    }
  }

  private void tell() {
    told = done;
    listener.progress(new PhaseProgress(phase, done, total, unit));
  }
}
