package dev.farsight.serving.follow;

import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.checkpoint.FollowedRun;
import dev.farsight.serving.metrics.ServingMetrics;
import dev.farsight.serving.model.ServedModel;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on to each new version of a run, on a thread of its own. A version that cannot be loaded is
 * told of and left out; the next one is tried.
 *
 * <p>Cost: a folder is listed each time, and a new version is loaded as the predictor does it.
 */
public final class VersionUpdates implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VersionUpdates.class);

  private final FollowedRun run;
  private final Duration every;
  private final ServingMetrics metrics;
  private final Supplier<ServedModel> opener;
  private final Consumer<ServedModel> opened;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread = new Thread(this::work, "farsight-follow");

  /** Null until there is a version. */
  private ServedModel model;

  /** The step of the version that could not be loaded; empty if the last one could. */
  private OptionalLong failedStep = OptionalLong.empty();

  /**
   * @param every how often to look for a new version
   * @param opener opens the model once the run has a version
   * @param opened is given the model, and owns it from then on
   */
  public VersionUpdates(
      FollowedRun run,
      Duration every,
      ServingMetrics metrics,
      Supplier<ServedModel> opener,
      Consumer<ServedModel> opened) {
    this.run = run;
    this.every = every;
    this.metrics = metrics;
    this.opener = opener;
    this.opened = opened;
  }

  /**
   * Opens the model, if the run has a version already.
   *
   * @throws RuntimeException if it cannot be opened
   */
  public void openIfThere() {
    if (trainedStep().isPresent()) {
      open();
    }
  }

  /** Begins to look for new versions. */
  public void start() {
    thread.start();
  }

  /** The step of the newest version; nothing was trained at step 0. */
  private OptionalLong trainedStep() {
    OptionalLong newest = run.newestStep();
    return newest.isPresent() && newest.getAsLong() == 0 ? OptionalLong.empty() : newest;
  }

  private void open() {
    ServedModel first = opener.get();
    opened.accept(first);
    model = first;
    metrics.updated();
  }

  private void work() {
    try {
      while (!stopped.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        update();
      }
    } catch (InterruptedException e) {
      // The server stops.
    }
  }

  private void update() {
    OptionalLong newest = OptionalLong.empty();
    try {
      newest = trainedStep();
      if (newest.isEmpty() || newest.equals(failedStep)) {
        return;
      }
      if (model == null) {
        open();
      } else if (model.update()) {
        metrics.updated();
      }
      failedStep = OptionalLong.empty();
    } catch (RuntimeException | Error e) {
      if (stopped.getCount() > 0) {
        failed(newest, e);
      }
    }
  }

  private void failed(OptionalLong step, Throwable e) {
    failedStep = step;
    metrics.updateFailed();
    String why = Quoted.of(String.valueOf(e.getMessage() == null ? e : e.getMessage()));
    if (model == null) {
      LOG.warn("the model cannot be loaded yet, the next checkpoint is tried: {}", why);
      return;
    }
    model.updateFailed(why);
    LOG.warn(
        "a version could not be loaded, version {} goes on and the next checkpoint is tried: {}",
        model.version(),
        why);
  }

  /** Ends a version that is being loaded, and looks for no other one. */
  @Override
  public void close() {
    stopped.countDown();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
