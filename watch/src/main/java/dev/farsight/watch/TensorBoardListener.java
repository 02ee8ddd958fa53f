package dev.farsight.watch;

import dev.farsight.engine.event.EvaluationEnded;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunFigures;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.metrics.Quality;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Writes the curves of a run for TensorBoard, into a file {@code events.out.tfevents.*} of the run
 * directory. A resumed run adds a file; TensorBoard then leaves out what the first one has of the
 * steps that are trained again. Lines reach the system about twice a second. Not thread-safe.
 */
final class TensorBoardListener implements RunListener, AutoCloseable {

  private final int every;
  private final LongSupplier clockMillis;
  private Path directory;

  /** Null before training begins. */
  private EventFile file;

  /** Null before the first figures. */
  private RunFigures figures;

  /**
   * @param every steps from one point of the loss to the next
   */
  TensorBoardListener(int every) {
    this(every, System::currentTimeMillis);
  }

  TensorBoardListener(int every, LongSupplier clockMillis) {
    this.every = every;
    this.clockMillis = clockMillis;
  }

  @Override
  public void opened(Path runDirectory) {
    directory = runDirectory;
  }

  @Override
  public void started(RunStarted started, RunControl run) {
    attempt(
        () -> {
          file = new EventFile(newFile(), seconds());
          if (started.step() > 0) {
            file.restarted(seconds(), started.step() + 1);
          }
        });
  }

  /** TensorBoard reads the files of a folder in the order of their names. */
  private Path newFile() {
    Path wanted = null;
    for (long second = clockMillis.getAsLong() / 1000; wanted == null; second++) {
      Path path = directory.resolve("events.out.tfevents." + second + ".farsight");
      wanted = Files.exists(path) ? null : path;
    }
    return wanted;
  }

  @Override
  public void step(StepProgress step) {
    if (step.step() % every == 0) {
      attempt(() -> add(step.step(), "loss/train", step.loss()));
    }
  }

  @Override
  public void figures(RunFigures now) {
    Pace pace = Pace.between(figures, now);
    figures = now;
    attempt(
        () -> {
          add(now.step(), "throughput/samples_per_second", pace.samplesPerSecond());
          add(now.step(), "throughput/iterations_per_second", pace.stepsPerSecond());
          add(now.step(), "cache/hit_ratio", pace.hitRatio());
          addDevices(now, pace);
          file.flush();
        });
  }

  /** In runs of several devices. */
  private void addDevices(RunFigures now, Pace pace) throws IOException {
    int count = now.devices().size();
    for (int rank = 0; count > 1 && rank < pace.devices().size(); rank++) {
      DevicePace device = pace.devices().get(rank);
      String name = now.devices().get(rank).name().replace(' ', '_');
      add(now.step(), "device_hit_ratio/" + name, device.hitRatio());
      add(now.step(), "device_exchanged_bytes_per_step/" + name, device.exchangedBytesPerStep());
      add(
          now.step(),
          "device_longest_stage_ms/" + name,
          device.stageMillis().get(device.limitingStage()));
    }
  }

  @Override
  public void evaluationEnded(EvaluationEnded evaluation) {
    if (evaluation.quality().isPresent()) {
      attempt(() -> add(evaluation.step(), evaluation.quality().get()));
    }
  }

  private void add(long step, Quality quality) throws IOException {
    add(step, "auroc/eval", quality.auroc());
    add(step, "auprc/eval", quality.auprc());
    add(step, "logloss/eval", quality.logloss());
    add(step, "accuracy/eval", quality.accuracy());
    add(step, "normalised_entropy/eval", quality.normalisedEntropy());
    add(step, "calibration/eval", quality.calibration());
    add(step, "gauc/eval", quality.gauc());
    file.flush();
  }

  /** What is undefined has no point. */
  private void add(long step, String tag, double value) throws IOException {
    if (Double.isFinite(value)) {
      file.scalar(seconds(), step, tag, (float) value);
    }
  }

  private double seconds() {
    return clockMillis.getAsLong() / 1e3;
  }

  @Override
  public void close() {
    if (file != null) {
      attempt(file::close);
    }
  }

  /** Writes to the file. */
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  private static void attempt(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
