package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.checkpoint.Checkpoints;
import dev.farsight.engine.checkpoint.RunIdentity;
import java.util.function.Supplier;

/** Opens the checkpoints of a run, once its data is open. */
@FunctionalInterface
public interface CheckpointOpening {

  /** The run neither writes checkpoints nor continues from one. */
  CheckpointOpening NONE = (farsight, identity, format) -> null;

  /**
   * Returns null if the run neither writes checkpoints nor continues from one.
   *
   * @param identity reads parts of the data, so it is asked for only if it is needed
   */
  Checkpoints open(Settings farsight, Supplier<RunIdentity> identity, RowFormat format);

  /**
   * As configured.
   *
   * @param resume whether to continue from the last checkpoint
   */
  static CheckpointOpening of(CheckpointSettings settings, boolean resume) {
    return settings.enabled() || resume
        ? (farsight, identity, format) ->
            Checkpoints.open(settings, resume, farsight, identity.get(), format)
        : NONE;
  }
}
