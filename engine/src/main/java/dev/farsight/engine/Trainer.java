package dev.farsight.engine;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.TrainerOpening.How;
import dev.farsight.engine.build.Members;
import dev.farsight.engine.build.Resources;
import dev.farsight.engine.build.RunSetup;
import dev.farsight.engine.build.RunSetup.Start;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.process.ProcessPlace;
import dev.farsight.engine.progress.OrderedListener;
import dev.farsight.engine.remote.RemoteFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Trains or evaluates one model as configured, and leaves report, metrics and model in the run
 * directory. Applications use it like this:
 *
 * <pre>
 * FarsightConfig user = FarsightConfig.ofFile(Path.of("my.conf"));
 * try (Plugins plugins = Plugins.load(getClass().getClassLoader(), user)) {
 *   Config farsight = user.resolve(plugins.loaders());
 *   try (Trainer trainer =
 *       Trainer.open(farsight, plugins.components(), Path.of("runs/1"), RunListener.NONE)) {
 *     Report report = trainer.train();
 *   }
 * }
 * </pre>
 *
 * <p>A trainer works once: one call of {@link #train} or {@link #evaluate}; another one is an
 * {@link IllegalStateException} that says what to do instead. {@link #stop} and {@link #close} may
 * be called from any thread. Holds all memory of the run from {@link #open} to {@link #close}.
 * Several trainers may be open in one process, each with its own run directory.
 *
 * <p>All work is done on threads of the run, which have the caller's context class loader. An
 * interrupt of the thread that waits in {@link #train} or {@link #evaluate} is a {@link #stop}; its
 * flag is set when the call returns.
 */
public final class Trainer implements AutoCloseable {

  private final TrainerWork work;
  private final Resources resources;
  private final RunDirectory directory;
  private final OrderedListener listener;
  private final TrainerUse use;

  private Trainer(TrainerOpening opened, OrderedListener listener, Start start) {
    work = opened.work();
    resources = opened.resources();
    directory = opened.directory();
    this.listener = listener;
    use = new TrainerUse(start == Start.EVALUATION);
  }

  /**
   * Checks the configuration, opens data, device and store, and allocates everything.
   *
   * @param farsight the resolved section {@code farsight}
   * @param components the plugins' components, which the configuration names
   * @param runDirectory the folder of the run's files, whatever {@code run.directory} says; created
   *     if it does not exist
   * @throws ConfigException if a setting is wrong, or if the folder has the report of another run
   * @throws FarsightException if data, device or memory are not available
   */
  public static Trainer open(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return open(
        farsight, components, runDirectory, listener, How.of(Start.TRAINING, ProcessPlace.ALONE));
  }

  /**
   * As {@link #open(Config, Components, Path, RunListener)}, as one of several processes that train
   * one model. Each calls this with the same configuration and a run directory of its own. Process
   * 0 leaves the model, and a report of the whole run. Returns once all have opened.
   */
  public static Trainer open(
      Config farsight,
      Components components,
      Path runDirectory,
      RunListener listener,
      ProcessPlace place) {
    return open(farsight, components, runDirectory, listener, How.of(Start.TRAINING, place));
  }

  /** As {@link #open(Config, Components, Path, RunListener)}, in {@code run.directory}. */
  public static Trainer open(Config farsight, Components components, RunListener listener) {
    return open(farsight, components, RunDirectory.of(farsight), listener);
  }

  /**
   * As {@link #open}, but continues from the run's last checkpoint. Training then computes what it
   * would have computed without the interruption. Settings of cache, look-ahead, threads and the
   * length of training may differ.
   *
   * @throws ConfigException if there is no checkpoint, or if it belongs to another run
   */
  public static Trainer resume(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return open(
        farsight,
        components,
        runDirectory,
        listener,
        How.of(Start.RESUMED_TRAINING, ProcessPlace.ALONE));
  }

  /**
   * As {@link #resume(Config, Components, Path, RunListener)}, as one of several processes. There
   * may have been more or fewer before, if all can read the checkpoints of all.
   */
  public static Trainer resume(
      Config farsight,
      Components components,
      Path runDirectory,
      RunListener listener,
      ProcessPlace place) {
    return open(
        farsight, components, runDirectory, listener, How.of(Start.RESUMED_TRAINING, place));
  }

  /** As {@link #resume(Config, Components, Path, RunListener)}, in {@code run.directory}. */
  public static Trainer resume(Config farsight, Components components, RunListener listener) {
    return resume(farsight, components, RunDirectory.of(farsight), listener);
  }

  /**
   * As {@link #open(Config, Components, Path, RunListener, ProcessPlace)}, with processes that
   * share no folder. They bring checkpoints to a store, and what they leave at the end. If it has a
   * checkpoint, the run continues from that, as by {@link #resume}.
   *
   * @param runDirectory on this process's own disk, with nothing in it of an earlier run
   */
  public static Trainer openWithStore(
      Config farsight,
      Components components,
      Path runDirectory,
      RunListener listener,
      ProcessPlace place,
      RemoteFiles store) {
    return open(
        farsight,
        components,
        runDirectory,
        listener,
        new How(Start.TRAINING, place, Optional.of(store)));
  }

  /** As {@link #open}, for {@link #evaluate} alone: no checkpoints are written. */
  public static Trainer openToEvaluate(
      Config farsight, Components components, Path runDirectory, RunListener listener) {
    return open(
        farsight, components, runDirectory, listener, How.of(Start.EVALUATION, ProcessPlace.ALONE));
  }

  /**
   * As {@link #openToEvaluate(Config, Components, Path, RunListener)}, in {@code run.directory}.
   */
  public static Trainer openToEvaluate(
      Config farsight, Components components, RunListener listener) {
    return openToEvaluate(farsight, components, RunDirectory.of(farsight), listener);
  }

  private static Trainer open(
      Config farsight, Components components, Path runDirectory, RunListener application, How how) {
    Settings given = Settings.of("farsight", farsight);
    Settings settings = how.start() == Start.EVALUATION ? Members.one(given) : given;
    if (how.start() == Start.EVALUATION) {
      TrainerWork.requireModel(settings);
    }
    var checkpointing = RunSetup.checkpointing(settings, runDirectory, how.start());
    var listener = new OrderedListener(application);
    TrainerOpening opened =
        RunThread.call(
            () ->
                TrainerOpening.of(settings, components, runDirectory, listener, checkpointing, how),
            () -> {});
    return new Trainer(opened, listener, how.start());
  }

  /**
   * Trains, writes {@code model/}, evaluates on the held-out part, and writes {@code report.json};
   * {@code metrics.jsonl} meanwhile.
   *
   * @throws FarsightException the first failure of a stage; every trained row is in the store then.
   *     If only the last evaluation failed, the model is saved
   * @throws IllegalStateException if the trainer was used before, or is closed
   */
  public Report train() {
    return call("train", work::train);
  }

  /**
   * Evaluates the model at {@code model.load}. Writes {@code report.json}, and the samples' logits
   * to {@code predictions.npy}, with or without labels in the data.
   *
   * @throws IllegalStateException if the trainer was used before, or is closed
   */
  public Report evaluate() {
    return call("evaluate", work::evaluate);
  }

  private Report call(String method, Supplier<Report> running) {
    use.begin(method);
    try {
      return RunThread.call(running, this::stop);
    } finally {
      use.end();
    }
  }

  /**
   * Ends training after the current step. {@link #train} then flushes, reports and returns. Any
   * thread, listeners too.
   */
  public void stop() {
    work.stop();
  }

  /**
   * Gives back all memory and unlocks the run directory. Work in progress on another thread is
   * stopped, and has ended on return. Closing again does nothing.
   *
   * @throws IllegalStateException in a listener, whose run cannot end before the listener returns
   */
  @Override
  public void close() {
    if (listener.isCalling()) {
      throw new IllegalStateException(
          "close() in a listener: call stop(), and close the trainer after train() has returned");
    }
    if (use.close(this::stop)) {
      RunThread.run(() -> Closing.all(resources, directory));
    }
  }
}
