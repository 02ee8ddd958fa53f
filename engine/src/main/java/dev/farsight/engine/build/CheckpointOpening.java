package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.checkpoint.CheckpointSettings;
import dev.farsight.engine.checkpoint.Checkpoints;

/** Opens the checkpoints of a run, once its data is open. */
@FunctionalInterface
public interface CheckpointOpening {

  /** The run neither writes checkpoints nor continues from one. */
  CheckpointOpening NONE = (farsight, data, format) -> null;

  /** Returns null if the run neither writes checkpoints nor continues from one. */
  Checkpoints open(Settings farsight, DataSource data, RowFormat format);

  /**
   * As configured.
   *
   * @param resume whether to continue from the last checkpoint
   */
  static CheckpointOpening of(CheckpointSettings settings, boolean resume) {
    return settings.enabled() || resume
        ? (farsight, data, format) -> Checkpoints.open(settings, resume, farsight, data, format)
        : NONE;
  }
}
