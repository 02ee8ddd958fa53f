package dev.farsight.engine.verify;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.RowReader;
import dev.farsight.engine.build.DataUse;
import dev.farsight.engine.build.Resources;
import dev.farsight.engine.build.RunSetup;
import dev.farsight.engine.build.SessionBuilder;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.checkpoint.Checkpoints;
import dev.farsight.engine.checkpoint.Digests;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.run.ReplayRun;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.settings.EngineSettings;
import java.nio.file.Path;

/**
 * One replay: a run of its own, in a folder of its own, that starts with the rows of another run's
 * checkpoint. Takes as much memory as the run that it repeats.
 */
final class Replay implements AutoCloseable {

  private final Resources resources = new Resources();
  private final Session session;
  private final ReplayRun run;

  /**
   * Starts at a checkpoint.
   *
   * @param farsight the configuration of the replay
   * @param rows the rows of the checkpoint
   * @param folder an empty folder for the replay's files
   */
  Replay(
      Config farsight,
      Components components,
      CheckpointReader start,
      RowReader rows,
      Path folder,
      RunListener events) {
    var checkpointing =
        new CheckpointSettings(0, 0, false, 1, false, folder.resolve("checkpoints"), folder);
    var setup =
        new RunSetup(
            EngineSettings.of(Settings.of("farsight", farsight)),
            components,
            events,
            folder,
            DataUse.continued(start.fitted()),
            checkpointing,
            (settings, identity, format, plan) ->
                Checkpoints.replay(checkpointing, start, rows, settings, identity.get(), format),
            Processes.one(),
            start.plan());
    try {
      session = new SessionBuilder(setup, resources).build();
      run = new ReplayRun(session, events);
      run.takeCheckpoint();
    } catch (RuntimeException | Error e) {
      resources.closeAfter(e);
      throw e;
    }
  }

  /** Trains up to a step; returns false if the replay was stopped before. */
  boolean trainUntil(long step) {
    run.trainUntil(step);
    return run.steps() >= step;
  }

  /** Begins the epoch that the next step belongs to. */
  void beginEpochOfNextStep() {
    run.beginEpochOfNextStep();
  }

  /** The loss of the last step. */
  float lastLoss() {
    return run.lastLoss();
  }

  /** Ends training after the current step. Any thread. */
  void stop() {
    session.pipeline().stop();
  }

  /** Takes a checkpoint; returns the digests of the steps since the one before. */
  Digests takeCheckpoint() {
    run.takeCheckpoint();
    return session.checkpoints().digests().orElseThrow();
  }

  /** The rows that the next step will look up, with their current values. */
  RowSnapshot rowsOfNextStep() {
    return new RowSnapshot(run.rowsOfNextStep(), rows());
  }

  /** All rows, with their current values. */
  RowReader rows() {
    run.flush();
    return session.store();
  }

  @Override
  public void close() {
    resources.close();
  }
}
