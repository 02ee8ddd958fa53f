package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.checkpoint.Checkpoints;
import dev.farsight.engine.checkpoint.EarlierCheckpoints;
import dev.farsight.engine.checkpoint.RunIdentity;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.process.OwnRanks;
import dev.farsight.engine.process.Processes;
import dev.farsight.engine.remote.RemoteRun;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.sharding.ShardingPlan;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run is built from.
 *
 * @param data what the run does with its data
 * @param checkpointing when and where checkpoints are written
 * @param checkpoints opens the checkpoints that the run writes or continues from
 * @param processes that train together
 * @param planned how rows were divided at the checkpoint that the run continues from; empty if
 *     there is none, or if there was one device
 */
public record RunSetup(
    EngineSettings settings,
    Components components,
    RunListener events,
    Path runDirectory,
    DataUse data,
    CheckpointSettings checkpointing,
    CheckpointOpening checkpoints,
    Processes processes,
    Optional<ShardingPlan> planned) {

  /** How a run starts. */
  public enum Start {
    TRAINING,
    /** From the last checkpoint. */
    RESUMED_TRAINING,
    /** It only evaluates, and has no checkpoints. */
    EVALUATION
  }

  /**
   * The setup of a run of a user's.
   *
   * @param checkpointing that of process 0, if there are several
   * @param remote where checkpoints are brought to and were fetched from
   */
  public static RunSetup of(
      EngineSettings settings,
      Components components,
      RunListener events,
      Path runDirectory,
      CheckpointSettings checkpointing,
      Processes processes,
      Optional<RemoteRun> remote,
      Resources resources,
      Start start) {
    boolean resume = start == Start.RESUMED_TRAINING;
    CheckpointSettings own =
        remote.isPresent() ? checkpointing.onOwnDisk(processes) : checkpointing.of(processes);
    if (start == Start.TRAINING && !processes.isFirst()) {
      EarlierCheckpoints.discardParts(own);
    }
    return new RunSetup(
        settings,
        components,
        events,
        runDirectory,
        resume
            ? DataUse.continued(EarlierCheckpoints.fitted(own))
            : DataUse.ofNewRun(settings.farsight(), components, start == Start.TRAINING),
        own,
        CheckpointOpening.of(
            own,
            resume,
            () ->
                Members.checkpoints(settings.farsight(), components, processes, remote, resources)),
        processes,
        resume ? EarlierCheckpoints.plan(own) : Optional.empty());
  }

  /**
   * What the settings say about checkpoints.
   *
   * @throws dev.farsight.api.config.ConfigException if a new run would begin where checkpoints of
   *     an earlier one are, whether or not it takes some itself: its files would be mixed with
   *     those of the earlier run
   */
  public static CheckpointSettings checkpointing(
      Settings farsight, Path runDirectory, Start start) {
    if (start == Start.EVALUATION) {
      return CheckpointSettings.none();
    }
    var settings = CheckpointSettings.of(farsight, runDirectory);
    if (start == Start.TRAINING) {
      EarlierCheckpoints.requireNone(settings);
    }
    return settings;
  }

  /** The ranks of this process. */
  OwnRanks ranks(Shapes shapes) {
    return processes.ranks(shapes.ranksOfProcess().size());
  }

  /** The section {@code farsight}. */
  Settings farsight() {
    return settings.farsight();
  }

  /** The run's checkpoints; null if it neither writes any nor continues from one. */
  Checkpoints openCheckpoints(DataSource data, RowFormat format, ShardingPlan plan) {
    return checkpoints.open(
        farsight(),
        () -> new RunIdentity(farsight(), data, format, components.compute(farsight())),
        format,
        plan);
  }
}
