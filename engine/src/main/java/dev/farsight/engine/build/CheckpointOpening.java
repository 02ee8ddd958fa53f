package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.checkpoint.CheckpointGroup;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.checkpoint.Checkpoints;
import dev.farsight.engine.checkpoint.RunIdentity;
import dev.farsight.engine.sharding.ShardingPlan;
import java.util.function.Supplier;

/** Opens the checkpoints of a run, once its data is open. */
@FunctionalInterface
public interface CheckpointOpening {

  /** The run neither writes checkpoints nor continues from one. */
  CheckpointOpening NONE = (farsight, identity, format, plan) -> null;

  /**
   * Returns null if the run neither writes checkpoints nor continues from one.
   *
   * @param identity reads parts of the data, so it is asked for only if it is needed
   * @param plan how rows are divided
   */
  Checkpoints open(
      Settings farsight, Supplier<RunIdentity> identity, RowFormat format, ShardingPlan plan);

  /**
   * As configured.
   *
   * @param resume whether to continue from the last checkpoint
   * @param group connects the processes of the run; called if there are checkpoints
   */
  static CheckpointOpening of(
      CheckpointSettings settings, boolean resume, Supplier<CheckpointGroup> group) {
    return settings.enabled() || resume
        ? (farsight, identity, format, plan) ->
            Checkpoints.open(settings, resume, farsight, identity.get(), format, plan, group.get())
        : NONE;
  }
}
