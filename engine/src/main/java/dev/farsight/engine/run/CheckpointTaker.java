package dev.farsight.engine.run;

import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.event.CheckpointBegun;
import dev.farsight.engine.event.CheckpointCompleted;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.MetricsFile;
import dev.farsight.engine.settings.EarlyStopping;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the checkpoints of a run, while the pipeline is at rest. {@link #take} returns once every
 * row is in the store; the rest is written beside training.
 */
final class CheckpointTaker {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointTaker.class);

  private final Session session;
  private final CheckpointSettings settings;
  private final TrainingCounters counters;
  private final EarlyStopping.Watch watch;
  private final CurrentRates rates;

  /** Null if none are written. */
  private final MetricsFile metrics;

  private final RunListener events;

  /** The step of the last checkpoint; -1 before the first. */
  private long takenStep;

  private volatile long takenNanos;

  /**
   * @param metrics null if none are written
   * @param takenStep the step of the run's last checkpoint; -1 if there is none
   */
  CheckpointTaker(
      Session session,
      CheckpointSettings settings,
      TrainingCounters counters,
      EarlyStopping.Watch watch,
      CurrentRates rates,
      MetricsFile metrics,
      RunListener events,
      long takenStep) {
    this.session = session;
    this.settings = settings;
    this.counters = counters;
    this.watch = watch;
    this.rates = rates;
    this.metrics = metrics;
    this.events = events;
    this.takenStep = takenStep;
  }

  /**
   * The source, which now also ends when the next checkpoint is due by time. With several processes
   * it does not: they end a phase together, see {@link #isDue}.
   */
  DeadlineSource untilDue(BatchSource source) {
    long interval = session.processes().isAlone() ? settings.everyNanos() : 0;
    return new DeadlineSource(source, interval, takenNanos);
  }

  /** Whether the next checkpoint is due by time. Any thread. */
  boolean isDue() {
    return settings.everyNanos() > 0 && System.nanoTime() - takenNanos >= settings.everyNanos();
  }

  /** Whether there were steps since the last checkpoint. */
  boolean isBehind() {
    return takenStep < counters.steps();
  }

  /**
   * Takes a checkpoint, unless the run writes none or the last one was at this step.
   *
   * @param resumable whether policies and slots agree, so that the cache's state is worth saving
   */
  void take(boolean resumable) {
    if (session.checkpoints() != null && takenStep != counters.steps()) {
      write(resumable);
      takenStep = counters.steps();
    }
    takenNanos = System.nanoTime();
  }

  private void write(boolean resumable) {
    long start = System.nanoTime();
    long step = counters.steps();
    long flushedRows = session.transfers().flush();
    long marked = System.nanoTime();
    session.checkpoints().await();
    events.checkpointBegun(new CheckpointBegun(step));
    session
        .checkpoints()
        .take(
            counters.progress(watch, rates, metrics == null ? -1 : metrics.flush()),
            session.modelSeed(),
            counters.takeNewLosses(),
            counters.losses().hex(),
            watch.stepToRestore(),
            session.dense(),
            resumable ? CacheDescription.of(session) : null,
            session::saveCaches,
            path ->
                events.checkpointCompleted(
                    new CheckpointCompleted(
                        step, path, Duration.ofNanos(System.nanoTime() - start))));
    LOG.info(
        "checkpoint of step {}: {} dirty rows to the store in {} ms, marked in {} ms",
        step,
        flushedRows,
        (marked - start) / 1_000_000,
        (System.nanoTime() - marked) / 1_000_000);
  }
}
